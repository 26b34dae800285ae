/** Configuration as its user wrote it: tables with positions, typed values, all errors reported together. */
package org.dpfs4j.config;
