/** The driver's side of vhost-user for tests and load: front end, guest memory and rings, well-behaved or hostile. */
package org.dpfs4j.tck.vhost;
