//! Sets of pages that belong together (union-find; Tarjan and van Leeuwen 1984, with path halving).

/// Every page begins alone. A set is named by its first page.
pub(super) struct Union(Vec<u32>);

impl Union {
    pub(super) fn new(pages: usize) -> Self {
        Self((0..pages as u32).collect())
    }

    fn first(&mut self, mut page: u32) -> u32 {
        let parents = &mut self.0;
        while parents[page as usize] != page {
            parents[page as usize] = parents[parents[page as usize] as usize];
            page = parents[page as usize];
        }
        page
    }

    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The first page of every page's set.
    pub(super) fn representatives(mut self) -> Vec<u32> {
        // Parents come before their children, so one step is enough.
        for page in 0..self.0.len() {
            self.0[page] = self.0[self.0[page] as usize];
        }
        self.0
    }
}
