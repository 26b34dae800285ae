/** The FUSE protocol's bytes: one view per kernel struct, error numbers and open flags. */
package org.dpfs4j.wire;
