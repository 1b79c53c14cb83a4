//! Tables and charts of the report, and the arithmetic of figures.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chart::Chart;

/// One line about the machine: figures mean nothing without it.
pub(crate) fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown CPU", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    format!("Machine: {model}, {cores} cores, Linux {}, load {load} at the start.", kernel.trim())
}

/// Where the report goes: to standard output and, with charts, into a folder.
#[derive(Debug)]
pub(crate) struct Report {
    folder: Option<PathBuf>,
    text: String,
}

impl Report {
    /// Starts a report; the folder is made.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn new(folder: Option<PathBuf>) -> Result<Self, String> {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        }
        Ok(Self { folder, text: String::new() })
    }

    /// Adds a paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        println!("{text}\n");
        self.text += &format!("{text}\n\n");
    }

    /// Adds a heading and a table: the first column is text, the others are numbers.
    pub(crate) fn table(&mut self, title: &str, header: &[&str], rows: &[Vec<String>]) {
        let mut table = format!("| {} |\n|---|{}\n", header.join(" | "), "--:|".repeat(header.len() - 1));
        rows.iter().for_each(|row| table += &format!("| {} |\n", row.join(" | ")));
        self.paragraph(&format!("## {title}\n\n{}", table.trim_end()));
    }

    /// Adds a bar chart, if there is a folder for it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn chart(&mut self, file: &str, chart: &Chart<'_>) -> Result<(), String> {
        let Some(folder) = &self.folder else { return Ok(()) };
        write(&folder.join(file), &chart.to_string())?;
        self.text += &format!("![{}]({file})\n\n", chart.title);
        Ok(())
    }

    /// Writes the text, if there is a folder for it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn finish(self) -> Result<(), String> {
        self.folder.map_or(Ok(()), |folder| write(&folder.join("report.md"), &self.text))
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The middle of the values, of which there is at least one.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().expect("every figure is measured at least once")
}

/// The geometric mean, if there are values.
pub(crate) fn geometric_mean(values: &[f64]) -> Option<f64> {
    let logarithms: f64 = values.iter().map(|value| value.ln()).sum();
    (!values.is_empty()).then(|| (logarithms / values.len() as f64).exp())
}

/// A number with separators of thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((geometric_mean(&[1.0, 4.0]).expect("two values") - 2.0).abs() < 1e-9);
        assert_eq!(geometric_mean(&[]), None);
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
