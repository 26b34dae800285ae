/** The backend SPI: file systems, their typed replies, and the tables that turn ids into nodes and handles. */
package org.dpfs4j.fs;
