//! sonata
