-- The same, and every table into a new file: no freed byte is left in the old one. Each table is locked while it is rewritten.
-- Role: the tables' owner or a superuser; a utility statement, outside of any transaction.
-- No parameters, no rows.
vacuum (full, analyze) students, grants, team_links, guardianships, corrections, consents, break_glass, outbox, invitations, pei_updates, pei_updates_archive,
    pei_snapshots, document_clients, pei_documents, peis, message_reports, message_search, message_search_positions, room_events, room_members, rooms
