package org.dpfs4j.nfs;

/** What a guest's handle means. */
sealed interface OpenThing permits OpenFile, OpenDirectory {}
