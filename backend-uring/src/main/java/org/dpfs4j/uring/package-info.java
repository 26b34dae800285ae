/** A local directory tree as a backend, with its reads and writes on the lane's io_uring. */
package org.dpfs4j.uring;
