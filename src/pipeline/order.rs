//! Work in any order, results in input order, memory bounded.
//!
//! Portions are handed to a pool; results wait here until their turn comes, and a new portion is handed out only when
//! one has left, so that neither queue can grow. Must not know what is done with a portion or a result.

use std::collections::BTreeMap;
use std::sync::mpsc;

use crate::error::Error;
use crate::pipeline::checkpoint::Border;
use crate::pipeline::feed::{Feed, Portion};
use crate::read::{Source, Wanted};

/// The input, to be dealt with in order.
pub(super) struct InOrder<'a, S> {
    pub pool: &'a rayon::ThreadPool,
    pub source: &'a S,
    /// What of the rows of tables is read.
    pub wanted: Wanted<'a>,
    /// Where it begins.
    pub from: Border,
}

impl<S: Source> InOrder<'_, S> {
    /// Calls `work` on every portion of the input, with its number, and `emit` on every result, in order. At most `room`
    /// portions are between the two. `stopped` is asked before one is handed out; `halt` is called when `emit` has
    /// failed. Says whether it came to the end of the input.
    ///
    /// # Errors
    ///
    /// The first error of `emit`.
    pub(super) fn run<W: Send>(
        &self,
        stopped: impl Fn() -> bool,
        halt: impl Fn(),
        work: impl Fn(usize, Portion) -> W + Sync,
        mut emit: impl FnMut(W) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let room = self.pool.current_num_threads() * 2 + 1;
        let (send, receive) = mpsc::channel();
        self.pool.in_place_scope(|scope| {
            let mut feed = Feed::new(self.source, self.wanted, self.from.entry);
            let mut waiting: BTreeMap<usize, W> = BTreeMap::new();
            let (mut handed_out, mut emitted) = (self.from.portion, self.from.portion);
            let (mut result, mut fed) = (Ok(()), false);
            loop {
                while !fed && handed_out - emitted < room && !stopped() {
                    let Some(portion) = feed.next() else {
                        fed = true;
                        break;
                    };
                    let (send, number, work) = (send.clone(), handed_out, &work);
                    scope.spawn(move |_| {
                        // Nobody listens any more only if the run has ended already.
                        let _ = send.send((number, work(number, portion)));
                    });
                    handed_out += 1;
                }
                if handed_out == emitted {
                    // Stopped, there may be nothing more to read: that is the end as well.
                    let ended = fed || feed.next().is_none();
                    return result.map(|()| ended);
                }
                // `send` is alive in this scope, so the channel is never closed.
                let (number, worked) = receive.recv().expect("a portion is on its way");
                waiting.insert(number, worked);
                while let Some(worked) = waiting.remove(&emitted) {
                    emitted += 1;
                    if result.is_ok() {
                        result = emit(worked);
                        if result.is_err() {
                            halt();
                        }
                    }
                }
            }
        })
    }
}
