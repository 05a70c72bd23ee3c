//! Members by themselves.
