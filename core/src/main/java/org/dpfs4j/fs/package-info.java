/** The backend SPI: a file system per lane, a share per device, a backend per configuration entry; typed replies. */
package org.dpfs4j.fs;
