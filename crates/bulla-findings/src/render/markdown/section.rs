//! Tables and lists of which as much is printed as there is room for.

/// The most of one page. GitHub takes 65,536 characters. Counted in bytes, of which there are never fewer.
pub(crate) const LONGEST: usize = 60_000;

pub(crate) fn table(columns: &[&str]) -> String {
    format!("| {} |\n| {} |\n", columns.join(" | "), vec!["---"; columns.len()].join(" | "))
}

pub(crate) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Lines of which as many are printed as there is room for, with what must stand around them.
#[derive(Default)]
pub(crate) struct Section {
    pub(crate) before: String,
    pub(crate) rows: Vec<String>,
    pub(crate) after: &'static str,
    pub(crate) noun: &'static str,
}

impl Section {
    /// A table that is folded away.
    pub(crate) fn folded(title: &str, columns: &[&str], rows: Vec<String>, noun: &'static str) -> Self {
        let before = format!("<details><summary>{title}</summary>\n\n{}", table(columns));
        Self { before, rows, after: "\n</details>\n", noun }
    }

    /// In at most `room` bytes; nothing if there are no rows, or no room for what stands around them.
    pub(crate) fn print(&self, room: usize) -> String {
        let whole =
            1 + self.before.len() + self.rows.iter().map(String::len).sum::<usize>() + self.after.len();
        if self.rows.is_empty() {
            return String::new();
        }
        let mut printed = format!("\n{}", self.before);
        if whole <= room {
            printed.extend(self.rows.iter().map(String::as_str));
            return printed + self.after;
        }
        let mut left = self.rows.len();
        if printed.len() + self.note(left).len() + self.after.len() > room {
            return String::new();
        }
        for row in &self.rows {
            let with_row = printed.len() + row.len() + self.note(left).len() + self.after.len();
            if with_row > room {
                break;
            }
            printed.push_str(row);
            left -= 1;
        }
        printed + &self.note(left) + self.after
    }

    fn note(&self, left: usize) -> String {
        format!("\n… and {left} more {}\n", self.noun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_never_takes_more_than_its_room() {
        let rows = (0..12).map(|at| row(&[format!("row {at}")])).collect();
        let section = Section::folded("12 rows", &["Row"], rows, "rows");
        let whole = section.print(usize::MAX);
        assert!(whole.contains("| row 11 |\n\n</details>\n") && !whole.contains("more"));
        let printed: Vec<_> = (0..whole.len()).map(|room| (room, section.print(room))).collect();
        assert!(printed.iter().all(|(room, printed)| printed.len() <= *room));
        let (_, shorter) = printed.last().expect("the whole is not empty");
        assert!(shorter.contains("more rows\n\n</details>\n"), "{shorter}");
        assert_eq!(printed[50].1, "");
    }
}
