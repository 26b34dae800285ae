/** Lanes and their rings: event loops, file and eventfd operations, and the system calls that Java does not have. */
package org.dpfs4j.io;
