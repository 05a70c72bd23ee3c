//! Maximal scoring segments: where the values of a row of units add up to something.
//!
//! W. L. Ruzzo and M. Tompa, "A Linear Time Algorithm for Finding All Maximal Scoring Subsequences",
//! ISMB 1999. Knows numbers only.

/// A run of units and the sum of its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// First unit.
    pub start: usize,
    /// Last unit.
    pub last: usize,
    /// Sum of the values.
    pub sum: f32,
}

impl Segment {
    /// Whether unit `i` lies in it.
    #[must_use]
    pub fn contains(&self, i: usize) -> bool {
        (self.start..=self.last).contains(&i)
    }

    /// How many units it holds.
    #[must_use]
    pub fn units(&self) -> usize {
        self.last - self.start + 1
    }
}

/// The segment with the greatest sum; of equals the first.
#[must_use]
pub fn best(segments: &[Segment]) -> Option<Segment> {
    segments
        .iter()
        .copied()
        .reduce(|best, s| if s.sum > best.sum { s } else { best })
}

/// A candidate: the segment, the sum before it and the sum up to its end.
struct Candidate {
    start: usize,
    last: usize,
    before: f32,
    upto: f32,
    /// The nearest candidate below it in the stack that starts from a lower sum: without this pointer the
    /// search would be quadratic (section 3 of the paper).
    lower: Option<usize>,
}

/// All maximal scoring segments of `values`, in order; none overlaps another.
#[must_use]
pub fn maximal(values: &[f32]) -> Vec<Segment> {
    let mut stack: Vec<Candidate> = Vec::new();
    let mut sum = 0.0f32;
    for (i, &value) in values.iter().enumerate() {
        if value <= 0.0 {
            sum += value;
            continue;
        }
        let (mut start, mut before) = (i, sum);
        sum += value;
        let lower = loop {
            let mut lower = stack.len().checked_sub(1);
            while let Some(j) = lower.filter(|&j| stack[j].before >= before) {
                lower = stack[j].lower;
            }
            match lower {
                Some(j) if stack[j].upto < sum => {
                    (start, before) = (stack[j].start, stack[j].before);
                    stack.truncate(j);
                }
                _ => break lower,
            }
        };
        stack.push(Candidate {
            start,
            last: i,
            before,
            upto: sum,
            lower,
        });
    }
    stack
        .into_iter()
        .map(|c| Segment {
            start: c.start,
            last: c.last,
            sum: c.upto - c.before,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_example() {
        let found = maximal(&[4.0, -5.0, 3.0, -3.0, 1.0, 2.0, -2.0, 2.0, -2.0, 1.0, 5.0]);
        let runs: Vec<_> = found.iter().map(|s| (s.start, s.last, s.sum)).collect();
        assert_eq!(runs, [(0, 0, 4.0), (2, 2, 3.0), (4, 10, 7.0)]);
    }

    #[test]
    fn nothing_positive_has_no_segment() {
        assert!(maximal(&[-1.0, 0.0, -2.0]).is_empty());
    }
}
