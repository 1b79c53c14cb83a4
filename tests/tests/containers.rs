//! Images in the hands of others: `skopeo`, `umoci`, `runc` and a registry take what `build` writes, and
//! what they unpack or run does what the program does. Without these programs, which `cargo xtask test`
//! fetches, the tests that need them say so and pass.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::geteuid;
use tempfile::TempDir;
use wasiaot_tests::containers::Programs;
use wasiaot_tests::process::{Finished, run, start};
use wasiaot_tests::tool;

const LIMIT: Duration = Duration::from_secs(300);

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// A module that prints `hello, world`, compiled from C.
fn hello() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/workloads/hello.wasm")
}

/// Runs `wasiaot build hello.wasm` in a folder.
#[track_caller]
fn build(folder: &Path, options: &[&str]) -> String {
    let mut command = Command::new(tool());
    command.arg("build").arg(hello()).args(options).current_dir(folder).env("HOME", folder);
    check(&run(&mut command, LIMIT))
}

/// What a program printed that had to end well.
#[track_caller]
fn check(finished: &Finished) -> String {
    assert!(finished.status.success(), "{}{}", finished.stdout_text(), finished.stderr_text());
    finished.stdout_text()
}

/// The digest of the first manifest that a layout lists.
fn digest(layout: &Path) -> String {
    let index = fs::read_to_string(layout.join("index.json")).expect("a layout has an index");
    let (_, rest) = index.split_once("\"digest\":\"").expect("it lists something");
    rest[..71].to_owned()
}

/// Paths and contents of all files below a folder.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let contents = fs::read(&path).expect("the file is readable");
            found.push((path, contents));
        }
    }
    found.sort();
    found
}

#[test]
fn images_are_small() {
    for target in wasiaot_targets::ALL {
        let folder = folder();
        build(folder.path(), &["--target", target.name, "--image", "out", "--attach-sbom", "all"]);
        let files = files(&folder.path().join("out/blobs"));
        let layer = files.iter().find(|(_, bytes)| bytes.starts_with(b"\x28\xb5\x2f\xfd"));
        let (_, layer) = layer.expect("the layer is compressed with zstd");
        assert!(layer.len() <= 12 << 10, "the layer for {} has {} bytes", target.name, layer.len());
        let all: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(all <= 20 << 10, "all blobs for {} have {all} bytes", target.name);
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (a, b) = (folder(), folder());
    // Folders of files come in the order of the file system, with its times.
    for (folder, names) in [(&a, ["x", "y", "z"]), (&b, ["z", "y", "x"])] {
        fs::create_dir(folder.path().join("site")).expect("the folder is writable");
        for name in names {
            fs::write(folder.path().join("site").join(name), name).expect("the folder is writable");
        }
    }
    let options = ["--tag", "app:1", "--attach-sbom", "all", "--file", "site::/srv"];
    build(a.path(), &[&options[..], &["--image", "out", "--jobs", "1"]].concat());
    thread::sleep(Duration::from_millis(1100)); // Another second of the clock.
    build(b.path(), &[&options[..], &["--image", "other", "--jobs", "4"]].concat());
    let relative = |folder: &Path| {
        let strip = |(path, bytes): (PathBuf, _)| (path.strip_prefix(folder).map(Path::to_owned), bytes);
        files(folder).into_iter().map(strip).collect::<Vec<_>>()
    };
    assert_eq!(relative(&a.path().join("out")), relative(&b.path().join("other")));
}

#[test]
fn skopeo_reads_layouts_and_archives() {
    let folder = folder();
    let Some(programs) = Programs::find(folder.path()) else { return };
    let skopeo = |arguments: &[&str]| {
        check(&run(programs.command("skopeo").args(["--insecure-policy"]).args(arguments), LIMIT))
    };
    build(folder.path(), &["--image", "out", "--tag", "app:1.0"]);
    let inspected = skopeo(&["inspect", "oci:out"]);
    assert!(inspected.contains(&digest(&folder.path().join("out"))), "{inspected}");
    assert!(inspected.contains("\"Architecture\": \"amd64\""), "{inspected}");
    skopeo(&["copy", "oci:out:1.0", "dir:copied"]);

    build(folder.path(), &["--image", "oci.tar", "--tag", "app:1.0"]);
    let copied = skopeo(&["inspect", "oci-archive:oci.tar"]);
    assert!(copied.contains(&digest(&folder.path().join("out"))), "{copied}");

    build(folder.path(), &["--image", "docker.tar", "--image-format", "docker", "--tag", "app:1.0"]);
    let config = skopeo(&["inspect", "--config", "docker-archive:docker.tar:app:1.0"]);
    assert!(config.contains("\"/hello\""), "{config}");

    // With the bill of materials beside it, the tag tells which.
    build(folder.path(), &["--image", "both", "--tag", "app:1.0", "--attach-sbom", "all"]);
    skopeo(&["inspect", "oci:both:1.0"]);
}

#[test]
fn all_targets_in_one_image() {
    let folder = folder();
    build(folder.path(), &["--image", "out", "--tag", "app:1.0", "--target", "all"]);
    let mut inspect = Command::new(tool());
    let inspected = check(&run(inspect.arg("inspect").arg(folder.path().join("out")), LIMIT));
    for target in wasiaot_targets::ALL {
        let platform = format!("linux/{}: sha256:", target.arch.image_name());
        assert!(inspected.contains(&platform), "{inspected}");
        let built_for = format!("target    {}", target.name);
        assert!(inspected.contains(&built_for), "{inspected}");
    }
    let Some(programs) = Programs::find(folder.path()) else { return };
    for target in wasiaot_targets::ALL {
        let mut skopeo = programs.command("skopeo");
        skopeo.args(["--override-arch", target.arch.image_name(), "inspect", "--config", "oci:out:1.0"]);
        let config = check(&run(&mut skopeo, LIMIT));
        let architecture = format!("\"architecture\": \"{}\"", target.arch.image_name());
        assert!(config.contains(&architecture), "{config}");
    }
}

/// Unpacks an image with `umoci`; returns the folder of the bundle. Without rights, the files are ours and
/// the container has no user but us.
fn unpack(programs: &Programs, folder: &Path) -> PathBuf {
    // This version of umoci knows layers of gzip only.
    build(folder, &["--image", "out", "--tag", "app:1.0", "--compress", "gzip"]);
    let mut umoci = programs.command("umoci");
    umoci.arg("unpack").args((!geteuid().is_root()).then_some("--rootless"));
    check(&run(umoci.args(["--image", "out:1.0", "bundle"]), LIMIT));
    folder.join("bundle")
}

#[test]
fn umoci_unpacks_what_runs() {
    let folder = folder();
    let Some(programs) = Programs::find(folder.path()) else { return };
    let program = unpack(&programs, folder.path()).join("rootfs/hello");
    assert_eq!(check(&run(&mut Command::new(&program), LIMIT)), "hello, world\n");
    // The same file as without an image.
    build(folder.path(), &["-o", "direct"]);
    let read = |path: &Path| fs::read(path).expect("the file is readable");
    assert_eq!(read(&program), read(&folder.path().join("direct")));
}

/// Runs a bundle, whose configuration is changed to have no terminal.
fn run_bundle(programs: &Programs, bundle: &Path, id: &str) -> Finished {
    let path = bundle.join("config.json");
    let config = fs::read_to_string(&path).expect("umoci wrote a configuration");
    fs::write(&path, config.replace("\"terminal\": true", "\"terminal\": false")).expect("it is writable");
    let state = bundle.join("state");
    let mut runc = programs.command("runc");
    runc.arg("--root").arg(&state).args(["run", "--bundle"]).arg(bundle).arg(id);
    run(&mut runc, LIMIT)
}

#[test]
fn runc_runs_the_image() {
    let folder = folder();
    let Some(programs) = Programs::find(folder.path()) else { return };
    let bundle = unpack(&programs, folder.path());
    // Names of containers are names of control groups, for the whole machine.
    let id = format!("wasiaot-test-{}", std::process::id());
    // Whether containers work here at all: the same bundle, with a file that is not from the image.
    let from_image = fs::read(bundle.join("rootfs/hello")).expect("the program is there");
    build(folder.path(), &["-o", "direct"]);
    fs::copy(folder.path().join("direct"), bundle.join("rootfs/hello")).expect("the bundle is writable");
    let probe = run_bundle(&programs, &bundle, &format!("{id}-probe"));
    if probe.stdout_text() != "hello, world\n" {
        eprintln!("skipped: runc does not work here: {}", probe.stderr_text());
        return;
    }
    fs::write(bundle.join("rootfs/hello"), from_image).expect("the bundle is writable");
    let ran = run_bundle(&programs, &bundle, &id);
    assert_eq!(check(&ran), "hello, world\n");
}

/// A registry that is ended with the test.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a registry on a port that is free, with more settings.
fn registry(programs: &Programs, folder: &Path, auth: &str, tls: &str) -> Server {
    const ATTEMPTS: usize = 20;
    for attempt in 0..ATTEMPTS {
        let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = listener.expect("loopback works").to_string();
        let config = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\n\
             {auth}http:\n  addr: {address}\n{tls}",
            folder.join(format!("registry-{attempt}")).display()
        );
        let path = folder.join("registry.yml");
        fs::write(&path, config).expect("the folder is writable");
        let mut command = programs.command("docker-registry");
        command.arg("serve").arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Server { child: start(&mut command), address };
        let deadline = Instant::now() + LIMIT;
        // It ends at once if something else has got the port in the meantime.
        while server.child.try_wait().expect("children can be waited for").is_none() {
            if TcpStream::connect(&server.address).is_ok() {
                return server;
            }
            assert!(Instant::now() < deadline, "the registry does not start");
            thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("the registry does not start");
}

#[test]
fn a_registry_takes_what_skopeo_pulls() {
    let folder = folder();
    let Some(programs) = Programs::find(folder.path()) else { return };
    let server = registry(&programs, folder.path(), "", "");
    let name = format!("{}/team/app:1.0", server.address);
    fs::write(folder.path().join("large"), vec![7; 9 << 20]).expect("the folder is writable");
    let variants: [&[&str]; 3] = [
        &["--target", "all"],
        &["--compress", "gzip", "--tag", "team/app:2.0"],
        // In plain form it would go in parts; compressed it is small.
        &["--file", "large::/large"],
    ];
    for (number, options) in variants.iter().enumerate() {
        let push = [&["--push", &name, "--insecure"], *options].concat();
        let pushed = build(folder.path(), &push);
        let layout = format!("pulled-{number}");
        let mut skopeo = programs.command("skopeo");
        skopeo.args(["--insecure-policy", "copy", "--all", "--src-tls-verify=false"]);
        skopeo.arg(format!("docker://{name}")).arg(format!("oci:{layout}:1.0"));
        check(&run(&mut skopeo, LIMIT));
        assert_eq!(format!("{}\n", digest(&folder.path().join(layout))), pushed);
    }
    // The digest of a layout is that of what is pushed.
    build(folder.path(), &["--image", "out", "--tag", "app:1.0"]);
    let pushed = build(folder.path(), &["--push", &name, "--insecure"]);
    assert_eq!(format!("{}\n", digest(&folder.path().join("out"))), pushed);
    // The list of materials is there under the tag that stands in for the referrers API.
    let tag = pushed.trim_end().replace(':', "-");
    let mut skopeo = programs.command("skopeo");
    skopeo.args(["inspect", "--raw", "--tls-verify=false"]);
    skopeo.arg(format!("docker://{}/team/app:{tag}", server.address));
    let index = check(&run(&mut skopeo, LIMIT));
    assert!(index.contains("application/vnd.cyclonedx+json"), "{index}");
}

#[test]
fn a_registry_with_a_certificate_and_users() {
    let folder = folder();
    let Some(programs) = Programs::find(folder.path()) else { return };
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("registry");
    let path = |name: &str| ours.join(name).display().to_string();
    let auth = format!("auth:\n  htpasswd:\n    realm: here\n    path: {}\n", path("htpasswd"));
    let tls = format!("  tls:\n    certificate: {}\n    key: {}\n", path("server.pem"), path("server.key"));
    let server = registry(&programs, folder.path(), &auth, &tls);
    let name = format!("{}/team/app:1.0", server.address);
    let push = |trusted: &Path| {
        let mut command = Command::new(tool());
        command.env_clear().env("HOME", folder.path()).env("SSL_CERT_FILE", trusted);
        command.arg("build").arg(hello()).args(["--push", &name]).current_dir(folder.path());
        run(&mut command, LIMIT)
    };
    // A certificate that signed nothing of this registry.
    let stranger = push(&ours.join("server.pem"));
    assert!(stranger.stderr_text().contains("error[W0703]"), "{}", stranger.stderr_text());
    let nobody = push(&ours.join("ca.pem"));
    assert!(nobody.stderr_text().contains("error[W0704]"), "{}", nobody.stderr_text());
    let docker = folder.path().join(".docker");
    fs::create_dir(&docker).expect("the folder is writable");
    // `user:secret`.
    let entry = format!(r#"{{"auths": {{"{}": {{"auth": "dXNlcjpzZWNyZXQ="}}}}}}"#, server.address);
    fs::write(docker.join("config.json"), entry).expect("the folder is writable");
    assert!(check(&push(&ours.join("ca.pem"))).starts_with("sha256:"));
}
