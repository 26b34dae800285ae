/** The transport SPI: queues as Netty channels and the exchanges they carry. */
package org.dpfs4j.transport;
