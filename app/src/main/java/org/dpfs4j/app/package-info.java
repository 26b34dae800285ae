/** The program: command line, configuration files, and the assembly of devices, transports and backends. */
package org.dpfs4j.app;
