/** Tests that boot real guests and talk to real servers. */
package org.dpfs4j.itest;
