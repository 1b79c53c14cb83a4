//! "Did you mean": the candidate that is nearest to a misspelt name.

/// The candidate with the smallest edit distance to `name`, if it is near enough to be what was meant:
/// at most a third of the name's length away.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names longer than this are not typed by hand, and the distance is quadratic.
    const MAX_CHARS: usize = 100;
    if name.chars().count() > MAX_CHARS {
        return None;
    }
    let limit = name.chars().count().div_ceil(3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count() <= MAX_CHARS)
        .map(|candidate| (edit_distance(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, l) in left.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (column, &r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != r);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check_nearest(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, ["fd_read", "fd_write", "path_open"]), expected);
    }

    #[test]
    fn finds_misspelt_names() {
        check_nearest("fd_wirte", Some("fd_write"));
        check_nearest("fdread", Some("fd_read"));
        check_nearest("clock_time_get", None);
        check_nearest("", None);
    }
}
