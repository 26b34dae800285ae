/** A configuration table as a provider sees it: keys, units and errors with the line they stand on. */
package org.dpfs4j.config;
