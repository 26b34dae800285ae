/** Measurements: a load driver for vhost-user-fs sockets and benchmarks of the hot paths. */
package org.dpfs4j.bench;
