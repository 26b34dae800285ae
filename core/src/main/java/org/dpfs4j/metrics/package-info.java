/** Counters and operation times, written without locks on a lane and read by whoever exports them. */
package org.dpfs4j.metrics;
