//! Pushing images, against a registry in this process: what is sent and in which order, authentication,
//! and what happens when something goes wrong. `containers.rs` pushes to a real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use wasiaot_tests::process::{Finished, run};
use wasiaot_tests::registry::{Registry, Reply, Request, State};
use wasiaot_tests::tool;

const LIMIT: Duration = Duration::from_secs(300);

const PROGRAM: &str = r#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 7))))"#;

/// A folder with a program, in which nothing of the user's settings is found.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("app.wat"), PROGRAM).expect("the folder is writable");
    folder
}

fn push_command(folder: &Path, name: &str, options: &[&str]) -> Command {
    let mut command = Command::new(tool());
    command
        .env_clear()
        .env("HOME", folder)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .current_dir(folder)
        .args(["build", "app.wat", "--push", name])
        .args(options);
    command
}

fn push(folder: &Path, registry: &Registry, options: &[&str]) -> Finished {
    let name = format!("{}/team/app:1.0", registry.address);
    run(push_command(folder, &name, &["--insecure"]).args(options), LIMIT)
}

/// Fails unless the push ended with an error that holds these texts, and the tag was not set.
#[track_caller]
fn check_error(registry: &Registry, pushed: &Finished, texts: &[&str]) {
    let stderr = pushed.stderr_text();
    assert_eq!(pushed.status.code(), Some(1), "{stderr}");
    for text in texts {
        assert!(stderr.contains(text), "`{text}` is missing: {stderr}");
    }
    assert!(pushed.stdout.is_empty(), "{}", pushed.stdout_text());
    assert!(registry.look(|state| !state.manifests.contains_key("1.0")), "the tag was set");
}

#[track_caller]
fn check_success(registry: &Registry, pushed: &Finished) {
    assert_eq!(pushed.status.code(), Some(0), "{}", pushed.stderr_text());
    assert!(pushed.stderr.is_empty(), "{}", pushed.stderr_text());
    registry.look(|state| assert!(state.manifests.contains_key("1.0"), "the tag is missing"));
}

fn status(status: u16, body: &str) -> Reply {
    Reply::Status(status, Vec::new(), body.to_owned())
}

#[test]
fn blobs_first_and_the_tag_last() {
    let folder = folder();
    let registry = Registry::start(|_, _| Reply::Normal);
    let pushed = push(folder.path(), &registry, &[]);
    check_success(&registry, &pushed);
    let digest = pushed.stdout_text();
    assert!(digest.starts_with("sha256:") && digest.trim_end().len() == 71, "{digest}");
    registry.look(|state| {
        let last = state.requests.last().expect("there were requests");
        assert_eq!((last.method.as_str(), last.path.as_str()), ("PUT", "/v2/team/app/manifests/1.0"));
        let first_manifest = state.requests.iter().position(|request| request.path.contains("/manifests/"));
        let last_blob = state.requests.iter().rposition(|request| request.path.contains("/blobs/"));
        assert!(last_blob < first_manifest, "{:#?}", state.requests);
        // Configuration and layer; the list of materials and its empty configuration.
        assert_eq!(state.blobs.len(), 4);
        // The registry does not say that it has noted the subject, so there is an index for it.
        let tag = format!("sha256-{}", digest.trim_end().trim_start_matches("sha256:"));
        let (_, index) = &state.manifests[&tag];
        let index = String::from_utf8_lossy(index);
        assert!(index.contains(r#""artifactType":"application/vnd.cyclonedx+json""#), "{index}");
    });
    // What is there is not sent again.
    let uploads = registry.look(|state| state.count("POST", "/blobs/uploads/"));
    check_success(&registry, &push(folder.path(), &registry, &[]));
    assert_eq!(registry.look(|state| state.count("POST", "/blobs/uploads/")), uploads);
}

/// Whether the manifest of an artifact is stored.
fn is_artifact(request: &Request) -> bool {
    request.method == "PUT" && String::from_utf8_lossy(&request.body).contains("\"subject\"")
}

#[test]
fn subjects_that_a_registry_notes_itself() {
    let folder = folder();
    let registry = Registry::start(|request, _| {
        if is_artifact(request) {
            Reply::Status(201, vec![("OCI-Subject", "sha256:x".into())], String::new())
        } else {
            Reply::Normal
        }
    });
    check_success(&registry, &push(folder.path(), &registry, &[]));
    assert_eq!(registry.look(|state| state.count("PUT", "/manifests/sha256-")), 0);
    assert_eq!(registry.look(|state| state.count("PUT", "/manifests/sha256:")), 1);
}

#[test]
fn registries_that_store_images_only() {
    let folder = folder();
    let refuse = |request: &Request, _: &State| {
        let message = r#"{"errors":[{"code":"MANIFEST_INVALID","message":"no such type"}]}"#;
        if is_artifact(request) { status(400, message) } else { Reply::Normal }
    };
    let registry = Registry::start(refuse);
    let pushed = push(folder.path(), &registry, &[]);
    check_error(&registry, &pushed, &["error[W0706]", "status 400: no such type", "--attach-sbom none"]);
    check_success(&registry, &push(folder.path(), &registry, &["--attach-sbom", "none"]));
    assert_eq!(registry.look(|state| state.blobs.len()), 4, "two more from the first push");
}

#[test]
fn parts_that_another_repository_has() {
    let folder = folder();
    let registry = Registry::start(|request, _| {
        if request.path.contains("?mount=sha256%3A") && request.path.ends_with("&from=team%2Fbase") {
            return status(201, "");
        }
        Reply::Normal
    });
    check_success(&registry, &push(folder.path(), &registry, &["--mount-from", "team/base"]));
    assert_eq!(registry.look(|state| state.count("PUT", "/blobs/")), 0);
}

/// What a registry answers whoever does not say who he is.
fn basic_only(request: &Request, _: &State) -> Reply {
    // `user:secret`.
    match request.headers.get("authorization").map(String::as_str) {
        Some("Basic dXNlcjpzZWNyZXQ=") => Reply::Normal,
        _ => Reply::Status(401, vec![("WWW-Authenticate", r#"Basic realm="here""#.into())], String::new()),
    }
}

fn write_credentials(folder: &Path, registry: &Registry, entry: &str) {
    let docker = folder.join(".docker");
    fs::create_dir_all(&docker).expect("the folder is writable");
    let file = format!(r#"{{"auths": {{"{}": {entry}}}}}"#, registry.address);
    fs::write(docker.join("config.json"), file).expect("the folder is writable");
}

#[test]
fn a_user_name_and_password() {
    let folder = folder();
    let registry = Registry::start(basic_only);
    let pushed = push(folder.path(), &registry, &[]);
    check_error(&registry, &pushed, &["error[W0704]", "asks for credentials", "docker login"]);
    write_credentials(folder.path(), &registry, r#"{"auth": "d3Jvbmc6d3Jvbmc="}"#);
    let pushed = push(folder.path(), &registry, &[]);
    check_error(&registry, &pushed, &["error[W0704]", "config.json", "not accepted"]);
    assert!(!pushed.stderr_text().contains("wrong"), "a secret is shown: {}", pushed.stderr_text());
    write_credentials(folder.path(), &registry, r#"{"auth": "dXNlcjpzZWNyZXQ="}"#);
    check_success(&registry, &push(folder.path(), &registry, &[]));
}

#[test]
fn a_credential_helper() {
    let folder = folder();
    let registry = Registry::start(basic_only);
    let docker = folder.path().join(".docker");
    fs::create_dir_all(&docker).expect("the folder is writable");
    fs::write(docker.join("config.json"), r#"{"credsStore": "test"}"#).expect("the folder is writable");
    let pushed = push(folder.path(), &registry, &[]);
    check_error(&registry, &pushed, &["error[W0710]", "docker-credential-test", "no such file"]);
    let script = format!(
        "#!/bin/sh\nread server\n[ \"$1 $server\" = 'get {}' ] || exit 1\n\
         echo '{{\"ServerURL\":\"x\",\"Username\":\"user\",\"Secret\":\"secret\"}}'\n",
        registry.address
    );
    let helper = folder.path().join("docker-credential-test");
    fs::write(&helper, script).expect("the folder is writable");
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).expect("it is ours");
    check_success(&registry, &push(folder.path(), &registry, &[]));
}

/// Wants tokens, which it gives at `/token`.
fn token_only(request: &Request, _: &State) -> Reply {
    let host = request.headers["host"].clone();
    let authorization = request.headers.get("authorization").map(String::as_str);
    let form = String::from_utf8_lossy(&request.body);
    if let Some(query) = request.path.strip_prefix("/token") {
        let is_right = match request.method.as_str() {
            "GET" => {
                authorization == Some("Basic dXNlcjpzZWNyZXQ=")
                    && query == "?scope=repository%3Ateam%2Fapp%3Apull%2Cpush&service=here"
            }
            _ => form.contains("grant_type=refresh_token") && form.contains("refresh_token=long%2Fsecret"),
        };
        return if is_right { status(200, r#"{"token": "t0ken"}"#) } else { status(401, "") };
    }
    if authorization == Some("Bearer t0ken") {
        return Reply::Normal;
    }
    let challenge = format!(r#"Bearer realm="http://{host}/token",service="here",scope="ignored""#);
    Reply::Status(401, vec![("WWW-Authenticate", challenge)], String::new())
}

#[test]
fn tokens() {
    let folder = folder();
    let registry = Registry::start(token_only);
    check_error(&registry, &push(folder.path(), &registry, &[]), &["error[W0704]"]);
    write_credentials(folder.path(), &registry, r#"{"auth": "dXNlcjpzZWNyZXQ="}"#);
    check_success(&registry, &push(folder.path(), &registry, &[]));
    // One is enough for all requests.
    assert_eq!(registry.look(|state| state.count("GET", "/token?")), 2);
    let other = Registry::start(token_only);
    write_credentials(folder.path(), &other, r#"{"identitytoken": "long/secret"}"#);
    check_success(&other, &push(folder.path(), &other, &[]));
}

#[test]
fn errors_of_the_moment_are_tried_again() {
    let folder = folder();
    // The first of each kind fails; an upload that failed has another number the next time.
    let registry = Registry::start(|request, state| {
        let kind = request.path.split_inclusive("/uploads/").next().unwrap_or_default();
        if state.count(&request.method, kind) > 0 {
            return Reply::Normal;
        }
        Reply::Status(503, vec![("Retry-After", "0".into())], String::new())
    });
    check_success(&registry, &push(folder.path(), &registry, &[]));
}

#[test]
fn answers_that_get_lost() {
    let folder = folder();
    let seen = AtomicUsize::new(0);
    let registry = Registry::start(move |request, _| {
        let is_first = request.method == "PUT" && seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        if is_first { Reply::DoAndHangUp } else { Reply::Normal }
    });
    check_success(&registry, &push(folder.path(), &registry, &[]));
}

/// Bytes that do not get smaller when compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut random = wasiaot_tests::random::Random::new(1);
    std::iter::repeat_with(|| random.next().to_le_bytes()).flatten().take(length).collect()
}

#[test]
fn large_blobs_go_on_where_they_broke_off() {
    let folder = folder();
    fs::write(folder.path().join("noise"), noise(20 << 20)).expect("the folder is writable");
    let seen = AtomicUsize::new(0);
    let registry = Registry::start(move |request, _| {
        let number = if request.method == "PATCH" { seen.fetch_add(1, Ordering::Relaxed) } else { 9 };
        match number {
            1 => Reply::HangUp,      // The second part does not arrive.
            2 => Reply::DoAndHangUp, // Then it does, but nobody hears of it.
            _ => Reply::Normal,
        }
    });
    let options = ["--file", "noise::/noise", "--compress", "gzip"];
    check_success(&registry, &push(folder.path(), &registry, &options));
    registry.look(|state| {
        assert_eq!(state.count("PATCH", "/blobs/uploads/"), 4, "three parts, and one again");
        assert_eq!(state.count("GET", "/blobs/uploads/"), 2);
        for (digest, bytes) in &state.blobs {
            assert_eq!(*digest, wasiaot_compiler::package::digest::Digest::of(bytes).to_string());
        }
    });
}

#[test]
fn a_registry_that_breaks_off() {
    let folder = folder();
    let registry = Registry::start(|request, _| {
        if request.method == "PUT" && request.path.contains("/blobs/") {
            Reply::HangUp
        } else {
            Reply::Normal
        }
    });
    let pushed = push(folder.path(), &registry, &[]);
    check_error(&registry, &pushed, &["error[W0702]", "cannot push to", "the tag is what it was before"]);
}

#[test]
fn refusals() {
    let folder = folder();
    let registry = Registry::start(|request, _| match request.method.as_str() {
        "POST" => status(403, r#"{"errors":[{"code":"DENIED","message":"read\u001b[31m only"}]}"#),
        _ => Reply::Normal,
    });
    let pushed = push(folder.path(), &registry, &[]);
    let texts = ["error[W0705]", r"does not allow the push: read\u{1b}[31m only", "`team/app`"];
    check_error(&registry, &pushed, &texts);

    let registry = Registry::start(|request, _| match request.path.contains("/manifests/1.0") {
        true => status(429, "busy"),
        false => Reply::Normal,
    });
    check_error(&registry, &push(folder.path(), &registry, &[]), &["error[W0706]", "status 429"]);

    let registry = Registry::start(|request, _| match request.path.contains("/manifests/1.0") {
        true => Reply::Status(201, vec![("Docker-Content-Digest", "sha256:0".into())], String::new()),
        false => Reply::Normal,
    });
    check_error(&registry, &push(folder.path(), &registry, &[]), &["error[W0708]", "sha256:0"]);

    let registry = Registry::start(|request, _| match request.method.as_str() {
        "POST" => status(202, ""),
        _ => Reply::Normal,
    });
    check_error(&registry, &push(folder.path(), &registry, &[]), &["error[W0707]", "address of an upload"]);
}

#[test]
fn hosts_that_are_no_registry() {
    let folder = folder();
    let registry = Registry::start(|_, _| Reply::Normal);
    // `.invalid` never exists.
    let pushed = run(&mut push_command(folder.path(), "registry.invalid/app", &[]), LIMIT);
    let stderr = pushed.stderr_text();
    // A machine without certificates says that first; one without name servers gets no answer.
    let is_right = ["W0701", "W0702", "W0711"].iter().any(|code| stderr.contains(code));
    assert!(is_right, "{stderr}");
    assert_eq!(pushed.status.code(), Some(1));
    // Plain where encryption is expected.
    let name = format!("{}/app:1.0", registry.address);
    let pushed = run(&mut push_command(folder.path(), &name, &[]), LIMIT);
    let stderr = pushed.stderr_text();
    assert!(stderr.contains("error[W0703]") || stderr.contains("error[W0711]"), "{stderr}");
    // Nobody listens.
    let pushed = run(&mut push_command(folder.path(), "127.0.0.1:1/app", &["--insecure"]), LIMIT);
    assert!(pushed.stderr_text().contains("error[W0702]"), "{}", pushed.stderr_text());
}
