/** The FUSE pipeline on a queue: decoder, router, backend handler, encoder; the session of a device; slots. */
package org.dpfs4j.fuse;
