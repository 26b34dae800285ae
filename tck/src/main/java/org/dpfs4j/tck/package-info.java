/** Conformance rules by name, for backends and for transports, as JUnit classes to extend. */
package org.dpfs4j.tck;
