/** The vhost-user control protocol and the virtqueues of a device that a VMM emulates with our help. */
package org.dpfs4j.vhostuser;
