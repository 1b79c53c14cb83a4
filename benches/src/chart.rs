//! Bar charts as SVG, for documents that are shown on a light or a dark page.

use std::fmt::{Display, Write};

/// Measures of the picture, in pixels.
const WIDTH: f64 = 720.0;
const LABELS: f64 = 150.0;
/// Room for a value behind the longest bar.
const VALUES: f64 = 60.0;
const BAR: f64 = 13.0;
const GAP: f64 = 9.0;
const HEAD: f64 = 52.0;

/// Colours that can be told apart with any eyes, and on any page.
const COLOURS: &[&str] = &["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];

/// Rows of horizontal bars, one for each series.
#[derive(Debug)]
pub(crate) struct Chart<'a> {
    /// What it shows.
    pub(crate) title: &'a str,
    /// Unit of the values.
    pub(crate) unit: &'a str,
    /// Labels of the rows.
    pub(crate) rows: &'a [&'a str],
    /// Name and values of each series, as many as there are rows; what is not a number was not measured.
    pub(crate) series: &'a [(&'a str, Vec<f64>)],
}

impl Display for Chart<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let row_height = self.series.len() as f64 * BAR + GAP;
        let height = HEAD + self.rows.len() as f64 * row_height + GAP;
        let values = self.series.iter().flat_map(|(_, values)| values);
        let longest = values.copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let scale = if longest > 0.0 { (WIDTH - LABELS - VALUES) / longest } else { 0.0 };
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-family=\"sans-serif\" font-size=\"11\" fill=\"#777\">"
        )?;
        writeln!(
            f,
            "<text x=\"8\" y=\"18\" font-size=\"14\">{} ({})</text>",
            Xml(self.title),
            Xml(self.unit)
        )?;
        self.legend(f)?;
        for (row, label) in self.rows.iter().enumerate() {
            let top = HEAD + row as f64 * row_height;
            let middle = top + (row_height - GAP) / 2.0 + 4.0;
            writeln!(
                f,
                "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>",
                LABELS - 8.0,
                Xml(label)
            )?;
            for (index, (_, values)) in self.series.iter().enumerate() {
                let Some(value) = values.get(row).filter(|value| value.is_finite()) else { continue };
                let (y, length) = (top + index as f64 * BAR, value * scale);
                writeln!(
                    f,
                    "<rect x=\"{LABELS}\" y=\"{y}\" width=\"{length:.1}\" height=\"{}\" fill=\"{}\"/>\
                     <text x=\"{:.1}\" y=\"{}\">{value:.2}</text>",
                    BAR - 2.0,
                    colour(index),
                    LABELS + length + 4.0,
                    y + BAR - 3.5,
                )?;
            }
        }
        writeln!(f, "</svg>")
    }
}

impl Chart<'_> {
    fn legend(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut x = LABELS;
        for (index, (name, _)) in self.series.iter().enumerate().filter(|(_, (name, _))| !name.is_empty()) {
            let colour = colour(index);
            writeln!(
                f,
                "<rect x=\"{x}\" y=\"28\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\
                 <text x=\"{}\" y=\"37\">{}</text>",
                x + 14.0,
                Xml(name)
            )?;
            x += 34.0 + 6.5 * name.chars().count() as f64;
        }
        Ok(())
    }
}

fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// Text in a document.
struct Xml<'a>(&'a str);

impl Display for Xml<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            _ => f.write_char(character),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Chart;

    #[test]
    fn bars_are_as_long_as_values() {
        let series = [("a<b", vec![1.0, 2.0]), ("c", vec![f64::NAN, 4.0])];
        let chart = Chart { title: "t", unit: "s", rows: &["x", "y"], series: &series }.to_string();
        let widths: Vec<&str> =
            chart.split("width=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(widths, ["10", "10", "127.5", "255.0", "510.0"]);
        assert!(chart.contains("a&lt;b"));
    }
}
