/** The backend "uring": a directory tree of this machine, its data moved by io_uring. */
package org.dpfs4j.uring;
