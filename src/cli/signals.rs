//! Signals: the first asks a run to stop, the second ends it at once. Knows nothing of what is stopped.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::error::Exit;

/// Watches for Ctrl-C and SIGTERM.
#[derive(Debug, Default)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Watch {
    /// A watch that no signal sets off: for commands that a signal may simply end.
    pub fn none() -> Self {
        Self::default()
    }

    /// Watches from now on.
    ///
    /// # Errors
    ///
    /// The system refuses a handler.
    pub fn start() -> io::Result<Self> {
        let watch = Self::default();
        for (signal, exit) in [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)] {
            // The order matters: the shutdown looks at the flag before this signal sets it.
            signal_hook::flag::register_conditional_shutdown(signal, exit.code().into(), Arc::clone(&watch.stop))?;
            signal_hook::flag::register_usize(signal, Arc::clone(&watch.signal), signal as usize)?;
            signal_hook::flag::register(signal, Arc::clone(&watch.stop))?;
        }
        Ok(watch)
    }

    pub fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The status to end with after a stop.
    pub fn exit(&self) -> Exit {
        if self.signal.load(Ordering::Relaxed) == SIGTERM as usize {
            Exit::Terminated
        } else {
            Exit::Interrupted
        }
    }
}

/// A file that grows past the limit (`ulimit -f`) kills a process by SIGXFSZ. With a handler, the write fails instead
/// and the error is told.
pub fn write_errors_not_death() {
    #[cfg(unix)]
    {
        // If it cannot be registered the signal does what it always did.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
}
