/** The pipeline between a queue and a file system: decode, check, route, call, encode. */
package org.dpfs4j.fuse;
