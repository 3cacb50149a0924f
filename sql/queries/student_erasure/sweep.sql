-- Frees the space of deleted rows, and takes new samples in place of the ones that knew them. Readers and writers go on meanwhile. What was
-- freed is overwritten when the space is used again.
-- Role: the tables' owner or a superuser; a utility statement, outside of any transaction.
-- No parameters, no rows.
vacuum (analyze) students, grants, team_links, guardianships, corrections, consents, break_glass, outbox, invitations, pei_updates, pei_updates_archive,
    pei_snapshots, document_clients, pei_documents, peis, message_reports, message_search, message_search_positions, room_events, room_members, rooms
