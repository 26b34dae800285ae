/**
 * Linux guests for the demonstration and the tests: where their kernels and programs come from, how they boot, what
 * they do on the share.
 */
package org.dpfs4j.guest;
