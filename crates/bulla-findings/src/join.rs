/// Disjoint sets of numbers: joined by size, found with path halving.
#[derive(Default)]
pub(crate) struct Sets {
    parent: Vec<usize>,
    size: Vec<usize>,
}

impl Sets {
    /// Makes room up to and including a number; each new number is a set of its own.
    pub(crate) fn grow(&mut self, number: usize) {
        self.parent.extend(self.parent.len()..=number);
        self.size.resize(self.parent.len(), 1);
    }

    /// The number that stands for the set in which this one is.
    pub(crate) fn find(&mut self, mut number: usize) -> usize {
        while self.parent[number] != number {
            self.parent[number] = self.parent[self.parent[number]];
            number = self.parent[number];
        }
        number
    }

    /// Makes one set of two.
    pub(crate) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        let (large, small) = if self.size[one] < self.size[other] { (other, one) } else { (one, other) };
        if large != small {
            self.parent[small] = large;
            self.size[large] += self.size[small];
        }
    }
}
