/* Written by `npm run api` from docs/openapi.json. Do not edit. */
export interface paths {
    "/api/v1/admin/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists who opened records of a school's students in an emergency, for direction and coordination. */
        get: operations["list_emergencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/break-glass/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds a child by name, to open its record in an emergency. Needs a fresh proof. */
        get: operations["find_emergency_students"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The requests of a school that wait for an answer, for direction and coordination. */
        get: operations["list_waiting_corrections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the people of a school: staff and guardians, past ties too. */
        get: operations["list_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one person with their ties. */
        get: operations["show_person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Closes an account: nobody signs in with it, and its sessions end. */
        post: operations["close_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/end-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all sessions of a person. */
        post: operations["end_sessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/functions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a member of staff a function in a school. */
        post: operations["give_function"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/functions/{function_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a function, and the memberships in teams that rest on it. */
        post: operations["end_function"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a closed account again. */
        post: operations["open_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people/{user_id}/reset-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a code on paper with which a person sets a new password, in the presence of who makes it. Good for a day, once, with five wrong tries.
         * @description For people whom no mail is known to reach, by those who may close the account; never for oneself.
         */
        post: operations["make_reset_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/schools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the schools the signed-in person administers. */
        get: operations["list_admin_schools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the students of a school. */
        get: operations["list_admin_students"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows who is in the team and the family of a student. */
        get: operations["show_admin_student"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a child's record in an emergency: to read, for an hour, with a reason that the family reads. Needs a fresh proof. */
        post: operations["open_emergency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/break-glass/{break_glass_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends an emergency before its time. */
        post: operations["end_emergency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/guardians": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes somebody a guardian of a student. */
        post: operations["give_guardianship"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/guardians/{guardianship_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes or ends a guardianship. */
        patch: operations["change_guardianship"];
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a member of staff a member of a student's team. */
        post: operations["give_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/students/{student_id}/team/{link_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a membership in a student's team. */
        post: operations["end_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in with e-mail and password.
         * @description The answer to a wrong password and to an unknown address is the same, and takes the same time.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of the refresh cookie. Done even if there is none. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchanges the refresh cookie for a new access token and a new refresh cookie.
         * @description A repeat, as after a lost answer, gets the same successor as long as that was not used; any other reuse ends the session.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/reset-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for a mail with a link to a new password. The answer is the same, and comes as fast, whether there is such an account or not. */
        post: operations["request_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets a new password, with the token from a mail (good for half an hour) or the code from a paper (good for a day, with five wrong tries).
         *     Once; all sessions end.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the person has, and what this session owes. */
        get: operations["second_factor_status"];
        put?: never;
        post?: never;
        /** Switches the second factor off. Needs a fresh proof; done even if there was none. */
        delete: operations["second_factor_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finishes setting up with a first code. The session owes nothing any more. */
        post: operations["second_factor_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/second-factor/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins to set up a second factor; it counts once a first code confirms it.
         * @description In a session that owes nothing this needs a fresh proof of who is there.
         */
        post: operations["second_factor_enrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the recovery codes. Needs a fresh proof of who is there. */
        post: operations["second_factor_renew_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/second-factor/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shows what the session owes: a code of the device, or a recovery code. Refresh afterwards.
         * @description Each code is good once. Guesses are slowed down per account, apart from those at passwords.
         */
        post: operations["second_factor_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shows again who one is. For five minutes this session may then do what needs a fresh proof.
         * @description Guesses are slowed down like those of signing in, and apart from them: whoever sits at an open session must not lock its owner out.
         */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The open invitations that the asker might have made, the newest first; at most 500. */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invites somebody: by mail, or with a printed code that this answer shows once.
         * @description Needs a fresh proof of who one is. Direction invites the staff of its school; direction and coordination invite families and tie staff to
         *     students; the network's management invites direction and coordination.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes an invitation: makes the account it describes, and signs in.
         * @description Kind, school, function and student are the invitation's; only name and password are chosen here. One use: of many at once, one succeeds.
         */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an invitation with the account one is signed in with: a second child, another school. */
        post: operations["join_with_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows what an invitation says. Uses nothing up; a wrong code costs one of its five tries. */
        post: operations["preview_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an invitation back. Its secret is worth nothing from then on. */
        delete: operations["withdraw_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signed-in person and the functions exercised today. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the own password. All other sessions end; this one goes on with the access token in the answer. */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the asker reported, and what became of it. */
        get: operations["list_own_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The open sessions of the signed-in person, and those that were ended for safety in the last 30 days. */
        get: operations["my_sessions"];
        put?: never;
        post?: never;
        /** Ends all sessions of the signed-in person but this one. */
        delete: operations["end_my_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one session of the signed-in person, with its sockets. */
        delete: operations["end_my_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/peis/{pei_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Opens a plan. One that does not exist and one out of the person's reach give the same answer. */
        get: operations["show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports about students of the schools that the asker answers for; empty for everybody else. */
        get: operations["list_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{report_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A report with what was frozen, for direction and coordination of the child's school. Reading it is on record. */
        get: operations["read_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{report_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides about a report, for direction and coordination; not about one's own words, nor about what one reported. */
        post: operations["decide_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks for words in the conversations the asker is in, since they are in. A message is found some seconds after it was written. A room that does not exist and
         *     one that the asker is not in hold nothing. On record, without the words.
         */
        get: operations["search_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells a class something. Those who write in the room of a class; at most five an hour. Sent again with the same `client_id` it is the same. */
        post: operations["announce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/announcements/{seq}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Confirms an announcement for oneself: family that reads along in the room, of one that asks for it and came since they are in. Done again it stays. */
        put: operations["confirm_announcement"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/announcements/{seq}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has seen and confirmed an announcement: for those who write in the room, of the students for whom they do. */
        get: operations["list_receipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/announcements/{seq}/receipts.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table for a spreadsheet: UTF-8 with its mark, semicolons, a line for each guardian. */
        get: operations["download_receipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the asker has confirmed in the room of a class, on whichever device; the newest 500. */
        get: operations["list_own_confirmations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room_id}/messages/{seq}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reports a message of a room that the asker is in. A second report of the same person is the first one. Nobody in the room is told. */
        post: operations["report_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the students the signed-in person has an active right for. */
        get: operations["list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/accesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists who read what is written about a student. A student that does not exist and one out of the person's reach give the same
         *     answer.
         */
        get: operations["list_accesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is allowed for a student: the state for everybody who may see the child, who decided for family, direction and coordination. */
        get: operations["list_consents"];
        put?: never;
        /**
         * Allows something, refuses it or takes it back. A guardian who decides for the child, for themselves; direction and coordination, what such a guardian
         *     signed.
         */
        post: operations["decide_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The requests about a student: the family's for family, direction and coordination; one's own for somebody of the team. */
        get: operations["list_corrections"];
        put?: never;
        /** Asks for a correction. */
        post: operations["ask_correction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/corrections/{correction_id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a request, for direction and coordination; not one's own. */
        post: operations["answer_correction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/desks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens the room of a guardian at a desk, or finds it. A guardian for themselves; those who write at the desk, for a guardian of the child. */
        post: operations["open_desk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/students/{student_id}/dossier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A copy of everything the asker may see about a child: a ZIP file with `dossie.html`, to be read and printed, and `dossie.json`, to be
         *     read by programs. Needs a fresh proof; on record, and shown to the family. One at a time for each person.
         */
        post: operations["take_dossier"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Draws a ticket for one socket. */
        post: operations["create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. Says nothing about the database, so that an outage there does not restart every server. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures in the text format of Prometheus. Keep it away from the public: the proxy does not pass it on. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server may be given traffic: the database answers and the server is not going down. */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Taking an invitation as somebody new. */
        Acceptance: {
            /** @description From paper; or `token`. */
            code?: string | null;
            /** @description With a printed code: the address to sign in with. With a token it is fixed; if given, it must be that one. */
            email?: string | null;
            /** @description The own name, 1 to 200 characters. */
            name: string;
            /**
             * Format: password
             * @description 10 to 128 characters, not easily guessed.
             */
            password: string;
            /** @description Others use this computer too: the session ends with the browser. */
            shared_computer?: boolean;
            /** @description From the mail's link, 43 characters; or `code`. */
            token?: string | null;
        };
        /**
         * @description What a grant allows. Writing includes reading.
         * @enum {string}
         */
        Access: "read" | "write";
        /** @description One person who read one section in one half hour. */
        AccessEntry: {
            /**
             * Format: date-time
             * @description When it was first opened in the half hour.
             */
            first_at: string;
            /** @description While the record was open to the person in an emergency. */
            in_emergency: boolean;
            name: string;
            section: components["schemas"]["Section"] | null;
            /**
             * Format: date-time
             * @description When the half hour begins; later reads in it leave no further entry.
             */
            slot: string;
            /** @description As whom they read, at that moment; empty when nobody knows any more. */
            ties: components["schemas"]["Tie"][];
            /** Format: uuid */
            user_id: string;
        };
        /** @description Who read about one student, newest first. */
        AccessList: {
            /** @description Newest first, 50 at most; with the first part alone. */
            copies: components["schemas"]["SeenCopy"][];
            /** @description Newest first, 50 at most; with the first part alone. */
            emergencies: components["schemas"]["SeenEmergency"][];
            entries: components["schemas"]["AccessEntry"][];
            /** @description The `cursor` of the next part; null when this is the last. */
            next: string | null;
            /** Format: uuid */
            student_id: string;
            student_name: string;
        };
        /** @description A class. */
        AdminClass: {
            /** Format: uuid */
            class_id: string;
            name: string;
            /** Format: int32 */
            school_year: number;
            shift: string;
            /** Format: int64 */
            students: number;
        };
        /** @description A function somebody exercises, exercised or will exercise. */
        AdminFunction: {
            function: components["schemas"]["Function"];
            /** Format: uuid */
            function_id: string;
            /**
             * Format: uuid
             * @description Null for the whole network.
             */
            school_id: string | null;
            school_name: string | null;
            /** Format: date-time */
            valid_from: string;
            /** Format: date-time */
            valid_to: string | null;
            /**
             * Format: int32
             * @description Send it back with a change.
             */
            version: number;
        };
        /** @description A guardian and a child. */
        AdminGuardianship: {
            can_view: boolean;
            can_write: boolean;
            /** @description Whether the person's account is closed. */
            closed: boolean;
            custody: components["schemas"]["Custody"];
            /** Format: uuid */
            guardianship_id: string;
            /** @description A court forbids access: nothing of the child is shown, whatever else is ticked. */
            judicial_restriction: boolean;
            kinship: string;
            /** Format: uuid */
            student_id: string;
            student_name: string;
            /** Format: uuid */
            user_id: string;
            user_name: string;
            /** Format: date-time */
            valid_from: string;
            /** Format: date-time */
            valid_to: string | null;
            /**
             * Format: int32
             * @description Send it back with a change.
             */
            version: number;
        };
        /** @description A membership in a team. */
        AdminLink: {
            /** @description Whether the person's account is closed. */
            closed: boolean;
            function: components["schemas"]["Function"];
            /** Format: uuid */
            link_id: string;
            /** Format: uuid */
            student_id: string;
            student_name: string;
            /** Format: uuid */
            user_id: string;
            user_name: string;
            /** Format: date-time */
            valid_from: string;
            /** Format: date-time */
            valid_to: string | null;
            /**
             * Format: int32
             * @description Send it back with a change.
             */
            version: number;
        };
        /** @description Somebody with their ties to the schools the asker administers. */
        AdminPerson: {
            /**
             * Format: date-time
             * @description Since when the account is closed.
             */
            closed_at: string | null;
            /** @description Living ones first; past ones stay in the list. */
            functions: components["schemas"]["AdminFunction"][];
            /** @description Empty for those who may not see who is tied to which student. */
            guardianships: components["schemas"]["AdminGuardianship"][];
            /** @description Whether this is the asker, whose own ties others change. */
            is_self: boolean;
            kind: components["schemas"]["UserKind"];
            /** @description Empty for those who may not see who is tied to which student. */
            links: components["schemas"]["AdminLink"][];
            name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** @description One person alone. */
        AdminPersonDetail: {
            /** @description Whether the person is tied to schools the asker does not administer: then only the network closes the account. */
            elsewhere: boolean;
            /** @description Whether the asker may close or open the account and end its sessions. */
            may_close: boolean;
            /** @description Whether the asker may make a code on paper for a new password: no mail is known to reach the person. */
            may_reset: boolean;
            person: components["schemas"]["AdminPerson"];
        };
        /** @description What the asker may do in a school. */
        AdminRights: {
            /** @description Functions the asker gives and ends. */
            appoint: components["schemas"]["Function"][];
            /** @description May open a child's record in an emergency. */
            break_glass: boolean;
            close_accounts: boolean;
            link_guardians: boolean;
            link_team: boolean;
            list_students: boolean;
            /** @description Sees who did. */
            review_emergencies: boolean;
        };
        /** @description A school the asker administers. */
        AdminSchool: {
            /** @description Newest school year first. */
            classes: components["schemas"]["AdminClass"][];
            /** Format: int64 */
            guardians: number;
            may: components["schemas"]["AdminRights"];
            name: string;
            /** Format: uuid */
            school_id: string;
            /**
             * Format: int64
             * @description People with a function in the school today or in future.
             */
            staff: number;
            /** Format: int64 */
            students: number;
        };
        /** @description The schools somebody administers. */
        AdminSchools: {
            /** @description By name; empty for those who administer nothing. */
            schools: components["schemas"]["AdminSchool"][];
        };
        /** @description A student in the list. */
        AdminStudent: {
            class_name: string | null;
            /**
             * Format: int64
             * @description Guardians today.
             */
            guardians: number;
            name: string;
            /** Format: uuid */
            student_id: string;
            /**
             * Format: int64
             * @description People in the team today.
             */
            team: number;
        };
        /** @description Everybody tied to one student. */
        AdminStudentDetail: {
            class_name: string | null;
            /** @description Living ones first; past ones stay in the list. */
            guardianships: components["schemas"]["AdminGuardianship"][];
            name: string;
            /** Format: uuid */
            school_id: string;
            school_name: string;
            /** Format: uuid */
            student_id: string;
            /** @description Living ones first; past ones stay in the list. */
            team: components["schemas"]["AdminLink"][];
        };
        /** @description A page of students. */
        AdminStudentsPage: {
            /** @description Send it back as `cursor` for the next page; null at the end. */
            next_cursor: string | null;
            /** @description By name; at most 100. */
            students: components["schemas"]["AdminStudent"][];
        };
        /** @description An announcement. */
        Announce: {
            /**
             * Format: uuid
             * @description What the author's device calls it, for ever: sent again, it is the same announcement.
             */
            client_id: string;
            /** @description Whether families are asked to confirm that they have read it. */
            needs_confirmation: boolean;
            /** @description 1 to 8,000 characters. */
            text: string;
            /** @description One line of 1 to 120 characters. */
            title: string;
        };
        /** @description Where an announcement is. */
        AnnouncementPlace: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description Among what can be unread there.
             */
            message_no: number;
            /**
             * Format: int64
             * @description In the room's order.
             */
            seq: number;
        };
        /** @description What is answered. */
        AnswerCorrection: {
            accepted: boolean;
            /** @description Why; 1 to 1,000 characters. */
            answer: string;
        };
        /** @description What is asked. */
        AskCorrection: {
            /** @description What it should say; 1 to 1,000 characters. */
            should_say: string;
            /** @description What is wrong; 1 to 1,000 characters. */
            wrong: string;
        };
        /**
         * @description As whom somebody asks.
         * @enum {string}
         */
        AskedAs: "guardian" | "team";
        /** @description Why a record is opened. */
        BreakGlass: {
            /** @description In the person's words; 20 to 500 characters. The family reads it. */
            reason: string;
        };
        /**
         * @description The browser.
         * @enum {string}
         */
        Browser: "chrome" | "firefox" | "safari" | "edge" | "samsung" | "opera" | "other";
        /** @description What changes in a guardianship; what is absent stays. */
        ChangeGuardianship: {
            can_view?: boolean | null;
            can_write?: boolean | null;
            custody?: components["schemas"]["Custody"] | null;
            /** @description Ends it now. */
            end?: boolean;
            /**
             * Format: date-time
             * @description Ends it on a date to come.
             */
            end_at?: string | null;
            judicial_restriction?: boolean | null;
            kinship?: string | null;
            /**
             * Format: int32
             * @description `version` as it was read: what somebody else changed since is not changed again.
             */
            version: number;
        };
        /** @description That one has read it, or heard it. */
        Confirm: {
            how: components["schemas"]["Confirmed"];
        };
        /** @description A confirmation as it stands: the first one counts. */
        ConfirmationState: {
            /** Format: date-time */
            confirmed_at: string;
            how: components["schemas"]["Confirmed"];
        };
        /**
         * @description How an announcement was confirmed.
         * @enum {string}
         */
        Confirmed: "tap" | "audio";
        /** @description One decision. */
        ConsentDecision: {
            /** Format: date-time */
            decided_at: string;
            given: boolean;
            /** Format: uuid */
            guardian_id: string;
            guardian_name: string;
            kind: components["schemas"]["ConsentKind"];
            paper: components["schemas"]["PaperConsent"] | null;
            /** Format: int32 */
            text_version: number;
        };
        /** @description One thing that is allowed or not. */
        ConsentItem: {
            kind: components["schemas"]["ConsentKind"];
            /** @description What the asker said last; null for nothing, and for who does not decide. */
            mine: boolean | null;
            /** @description Only `given` allows it. */
            state: components["schemas"]["ConsentState"];
            /** @description What is read before deciding. */
            text: string;
            /** Format: int32 */
            text_version: number;
        };
        /**
         * @description What is allowed or not.
         * @enum {string}
         */
        ConsentKind: "photo" | "voice" | "third_parties";
        /** @description What is allowed for one student. */
        ConsentList: {
            consents: components["schemas"]["ConsentItem"][];
            /** @description Whether the asker decides for the child. */
            decides: boolean;
            /** @description Newest first, 100 at most; null for who may not see who decided. */
            history: components["schemas"]["ConsentDecision"][] | null;
            /** @description Whether the asker records what guardians signed. */
            records: boolean;
            /** Format: uuid */
            student_id: string;
            student_name: string;
        };
        /**
         * @description What follows from what those who decide have said.
         * @enum {string}
         */
        ConsentState: "unasked" | "given" | "withdrawn" | "disputed";
        /** @description A request and what became of it. */
        CorrectionItem: {
            /** @description Why; null while it is open. */
            answer: string | null;
            /** Format: date-time */
            answered_at: string | null;
            answered_by_name: string | null;
            asked_as: components["schemas"]["AskedAs"];
            /** Format: date-time */
            asked_at: string;
            asked_by_name: string;
            /** Format: uuid */
            correction_id: string;
            /**
             * Format: date-time
             * @description By when it has to be answered: 15 days.
             */
            due_at: string;
            /** @description Whether the asker of this list asked it. */
            mine: boolean;
            /** @description What it should say. */
            should_say: string;
            state: components["schemas"]["CorrectionState"];
            /** @description What is wrong. */
            wrong: string;
        };
        /** @description The requests about one student. */
        CorrectionList: {
            /** @description Whether the asker answers. */
            answers: boolean;
            asks_as: components["schemas"]["AskedAs"] | null;
            /** @description Newest first, 100 at most. */
            requests: components["schemas"]["CorrectionItem"][];
            /** Format: uuid */
            student_id: string;
            student_name: string;
        };
        /**
         * @description What became of a request.
         * @enum {string}
         */
        CorrectionState: "open" | "accepted" | "refused";
        /**
         * @description With whom a child lives, as the court or the family says.
         * @enum {string}
         */
        Custody: "shared" | "sole" | "none";
        /** @description A decision. */
        Decide: {
            /** @description True allows it; false refuses it or takes it back. */
            given: boolean;
            kind: components["schemas"]["ConsentKind"];
            paper?: components["schemas"]["SignedPaper"] | null;
            /**
             * Format: int32
             * @description The `text_version` that was read.
             */
            text_version: number;
        };
        /** @description What is decided. */
        DecideReport: {
            decision: components["schemas"]["ReportDecision"];
            /** @description Why; 1 to 500 characters. */
            note: string;
        };
        /**
         * @description Where a guardian speaks with some function of the school alone.
         * @enum {string}
         */
        Desk: "coordination" | "aee";
        /** @description A desk's room. */
        DeskRoom: {
            /** Format: uuid */
            room_id: string;
        };
        /** @description What an act did, or would do. */
        Effect: {
            /** @description False for a preview: nothing was changed. */
            applied: boolean;
            /** @description What the person sees and no longer sees. Empty when nothing changes for them. */
            changes: components["schemas"]["EffectChange"][];
            /**
             * Format: uuid
             * @description The new row, where one was made.
             */
            created_id: string | null;
            /** @description Memberships that ended with the function they rest on. */
            ended_links: number;
            /**
             * Format: int64
             * @description Sessions that ended.
             */
            ended_sessions: number;
            /**
             * Format: uuid
             * @description Whom it concerns.
             */
            user_id: string;
            user_name: string;
            /** @description What must be sent back in `accept`. */
            warnings: components["schemas"]["Warning"][];
        };
        /** @description The same change for some students. */
        EffectChange: {
            /**
             * Format: date-time
             * @description From when; null is at once.
             */
            from: string | null;
            /** @description Whether the person saw anything of these students, or would have. */
            saw: boolean;
            /** @description In the plan's order; never empty. */
            sections: components["schemas"]["EffectSection"][];
            /** @description Whether the person sees anything of them, in these or in other sections. */
            sees: boolean;
            /** @description How many there are. */
            student_count: number;
            /** @description By name, at most 50; empty for those who may not see them. */
            students: components["schemas"]["EffectStudent"][];
            /**
             * Format: date-time
             * @description Until when; null is until further notice.
             */
            until: string | null;
        };
        /** @description What changes in one section. */
        EffectSection: {
            after: components["schemas"]["Access"] | null;
            before: components["schemas"]["Access"] | null;
            section: components["schemas"]["Section"];
        };
        /** @description A student whom a change concerns. */
        EffectStudent: {
            name: string;
            /** Format: uuid */
            student_id: string;
        };
        /** @description Who opened records. */
        Emergencies: {
            emergencies: components["schemas"]["Emergency"][];
        };
        /** @description Somebody opened a child's record in an emergency. */
        Emergency: {
            /** @description In which function. */
            acted_as: components["schemas"]["Function"];
            /** Format: uuid */
            break_glass_id: string;
            is_open: boolean;
            /** Format: date-time */
            opened_at: string;
            /** @description In the person's words; null once erased. */
            reason: string | null;
            /** Format: uuid */
            student_id: string;
            student_name: string;
            /** Format: uuid */
            user_id: string;
            user_name: string;
            /**
             * Format: date-time
             * @description When it ended or ends by itself.
             */
            valid_to: string;
        };
        /** @description A child found by name, to open its record in an emergency. */
        EmergencyStudent: {
            class_name: string | null;
            name: string;
            /** Format: uuid */
            student_id: string;
        };
        /** @description Children of that name. */
        EmergencyStudents: {
            students: components["schemas"]["EmergencyStudent"][];
        };
        /** @description Nothing more is to be said. */
        EndBreakGlass: Record<string, never>;
        /** @description When something ends, and as it was read. */
        EndTie: {
            /** @description Warnings of the preview that the person has read. */
            accept?: components["schemas"]["Warning"][];
            /**
             * Format: date-time
             * @description Not before now; null is now.
             */
            at?: string | null;
            /**
             * Format: int32
             * @description `version` as it was read: what somebody else changed since is not changed again.
             */
            version: number;
        };
        /** @description A secret for the person's device. Shown once. */
        Enrolment: {
            /** @description `otpauth://…`, for a QR code. */
            address: string;
            /** @description Base32, for typing. */
            secret: string;
        };
        /** @description One field that was refused. */
        FieldError: {
            /** @description `unknown`, `missing`, `invalid`, `too_short` or `too_long`; of a new password also `guessable` and `personal`. */
            code: string;
            /** @description The field's name, or `body` when none can be named. */
            field: string;
        };
        /** @description A message that was found. */
        FoundMessage: {
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["RoomKind"];
            /** @description Null for somebody out of sight. */
            name: string | null;
            /** Format: uuid */
            room_id: string;
            /**
             * Format: int64
             * @description Its place in the room.
             */
            seq: number;
            snippet: components["schemas"]["FoundSnippet"];
            /**
             * Format: uuid
             * @description Null in a room of more than one student.
             */
            student_id: string | null;
            student_name: string | null;
            /**
             * Format: uuid
             * @description Who wrote it.
             */
            user_id: string;
        };
        /** @description What was found. */
        FoundMessages: {
            /** @description Newest first, 20 at most. */
            messages: components["schemas"]["FoundMessage"][];
            /** @description The `before` of the next page; null when this is the last. */
            next: string | null;
        };
        /** @description The piece of a message around what was found. Plain text, in one line. */
        FoundSnippet: {
            /** @description The message goes on behind it. */
            cut_after: boolean;
            /** @description The message begins before it. */
            cut_before: boolean;
            /** @description Where the hits are in `text`: from and to, counted in UTF-16 units as JavaScript counts. */
            hits: number[][];
            text: string;
        };
        /** @description A message as it stood when it was reported. */
        FrozenMessage: {
            /**
             * Format: date-time
             * @description When it was written.
             */
            at: string;
            name: string;
            /**
             * Format: int64
             * @description Which message it answers.
             */
            reply_to: number | null;
            /** @description Whether this is the one. */
            reported: boolean;
            /** @description What it was changed to, in order. */
            revisions: components["schemas"]["FrozenRevision"][];
            /** Format: int64 */
            seq: number;
            /**
             * Format: date-time
             * @description When it was taken back, if it was.
             */
            taken_back_at: string | null;
            /** @description As it was written first. */
            text: string;
            /** Format: uuid */
            user_id: string;
        };
        /** @description What a message was changed to. */
        FrozenRevision: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            seq: number;
            text: string;
        };
        /**
         * @description The function of a member of staff, as the school names it.
         * @enum {string}
         */
        Function: "principal" | "coordinator" | "class_teacher" | "aee_teacher" | "psychologist" | "speech_therapist" | "occupational_therapist" | "educational_psychologist" | "support_professional" | "network_manager";
        /** @description A function to give. */
        GiveFunction: {
            function: components["schemas"]["Function"];
            /** Format: uuid */
            school_id: string;
            /**
             * Format: date-time
             * @description Not before now; null is now.
             */
            valid_from?: string | null;
            /**
             * Format: date-time
             * @description Null is until further notice.
             */
            valid_to?: string | null;
        };
        /** @description A guardianship to begin. */
        GiveGuardianship: {
            can_view: boolean;
            can_write: boolean;
            custody: components["schemas"]["Custody"];
            /** @description A court forbids access: outranks everything else. */
            judicial_restriction: boolean;
            /** @description In the family's words, e.g. "avó"; 1 to 60 characters. */
            kinship: string;
            /** Format: uuid */
            user_id: string;
        };
        /** @description A membership to begin. */
        GiveLink: {
            /** @description One that the person exercises in the student's school. */
            function: components["schemas"]["Function"];
            /** Format: uuid */
            user_id: string;
            /**
             * Format: date-time
             * @description Not before now; null is now.
             */
            valid_from?: string | null;
            /**
             * Format: date-time
             * @description Null is until further notice.
             */
            valid_to?: string | null;
        };
        /** @description One guardian. */
        GuardianReceipt: {
            /** Format: date-time */
            confirmed_at: string | null;
            how: components["schemas"]["Confirmed"] | null;
            name: string;
            /** Format: date-time */
            seen_at: string | null;
            /** Format: uuid */
            user_id: string;
        };
        /** @description The tie of a family to its child. */
        Guardianship: {
            /** @description May write the family's own section. */
            can_write: boolean;
            custody: components["schemas"]["Custody"];
            /** @description Such as `mãe`, 1 to 60 characters. */
            kinship: string;
        };
        /** @description A process that answers. */
        Health: {
            /** @description `ok` or `ready`. */
            status: string;
        };
        /** @description What an invitation says to whoever holds its secret. */
        InvitationPreview: {
            /** @description The fixed address; null for a printed code, whose holder gives one. */
            email: string | null;
            /** Format: date-time */
            expires_at: string;
            function: components["schemas"]["Function"] | null;
            /** @description Who invites, by function. */
            inviter_function: components["schemas"]["Function"];
            /** @description `staff` or `guardian`. */
            kind: components["schemas"]["UserKind"];
            /** @description Guardian: the kinship. */
            kinship: string | null;
            /** @description The invited person's name, to be corrected or kept. */
            name: string;
            school_name: string;
            /** @description Guardian: the child's first name. */
            student_first_name: string | null;
            team_function: components["schemas"]["Function"] | null;
        };
        /** @description An invitation to be made. */
        Invite: {
            /** @description Where the invitation is sent, 3 to 254 bytes. Only a guardian may lack one and gets a printed code instead. */
            email?: string | null;
            function?: components["schemas"]["Function"] | null;
            guardianship?: components["schemas"]["Guardianship"] | null;
            /** @description `staff` or `guardian`. */
            kind: components["schemas"]["UserKind"];
            /** @description The invited person's name, 1 to 200 characters; they may correct it. */
            name: string;
            /**
             * Format: uuid
             * @description Staff: the school. May be left out when there is a student: then it is the student's.
             */
            school_id?: string | null;
            /**
             * Format: uuid
             * @description Staff: the student whose team they enter, with `team_function`. Guardian: the child, always.
             */
            student_id?: string | null;
            team_function?: components["schemas"]["Function"] | null;
        };
        /** @description A new invitation. */
        Invited: {
            /** @description The code to print, in groups of four, when there was no e-mail. Shown this once and stored nowhere. */
            code: string | null;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            invitation_id: string;
        };
        /** @description What signing in needs. */
        Login: {
            /** @description E-mail address, any case. */
            email: string;
            /**
             * Format: password
             * @description Password, 1 to 512 bytes.
             */
            password: string;
            /** @description Others use this computer too: the session ends with the browser. */
            shared_computer?: boolean;
        };
        /** @description The signed-in person. */
        Me: {
            functions: components["schemas"]["MyFunction"][];
            kind: components["schemas"]["UserKind"];
            name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** @description A function somebody exercises. */
        MyFunction: {
            function: components["schemas"]["Function"];
            /**
             * Format: uuid
             * @description Null for the whole network.
             */
            school_id: string | null;
            school_name: string | null;
        };
        /** @description A session on one device. */
        MySession: {
            browser: components["schemas"]["Browser"];
            /** Format: date-time */
            created_at: string;
            /** @description The session that asks. */
            current: boolean;
            /** @description It is over: one of its secrets was used twice, as after a theft. Listed for 30 days. */
            ended_for_safety: boolean;
            /**
             * Format: date-time
             * @description To within ten minutes.
             */
            last_used_at: string;
            /** Format: uuid */
            session_id: string;
            /** @description Others use that computer too. */
            shared_computer: boolean;
            system: components["schemas"]["System"];
        };
        /** @description The person's sessions, the last used first. */
        MySessions: {
            sessions: components["schemas"]["MySession"][];
        };
        /** @description What goes with an act on an account. */
        OnAccount: {
            /** @description Warnings of the preview that the person has read. */
            accept?: components["schemas"]["Warning"][];
        };
        /** @description Which desk, and whose. */
        OpenDesk: {
            desk: components["schemas"]["Desk"];
            /**
             * Format: uuid
             * @description Whose desk it is; absent for the asker's own. Needed from those who sit there.
             */
            guardian_id?: string | null;
        };
        /**
         * @description What a session still owes after the password.
         * @enum {string}
         */
        Owed: "totp" | "enrol";
        /** @description A confirmation of one's own. */
        OwnConfirmation: {
            /** Format: date-time */
            confirmed_at: string;
            how: components["schemas"]["Confirmed"];
            /**
             * Format: int64
             * @description Of which announcement.
             */
            seq: number;
        };
        /** @description A report as who made it sees it. */
        OwnReportItem: {
            /** Format: date-time */
            decided_at: string | null;
            decision: components["schemas"]["ReportDecision"] | null;
            note: string | null;
            reason: components["schemas"]["ReportReason"];
            /** Format: uuid */
            report_id: string;
            /** Format: date-time */
            reported_at: string;
            /** Format: uuid */
            room_id: string;
            /**
             * Format: int64
             * @description Which message.
             */
            seq: number;
            state: components["schemas"]["ReportState"];
            /** Format: uuid */
            student_id: string;
            /** @description Null for a student that the reporter does not see any more. */
            student_name: string | null;
        };
        /** @description What somebody reported. */
        OwnReports: {
            /** @description Newest first, 100 at most. */
            reports: components["schemas"]["OwnReportItem"][];
        };
        /** @description What was signed. */
        PaperConsent: {
            /** @description Where the paper is kept. */
            evidence: string;
            recorded_by_name: string;
        };
        /** @description A new password with the old one. */
        PasswordChange: {
            /**
             * Format: password
             * @description The present password, 1 to 512 bytes.
             */
            old_password: string;
            /**
             * Format: password
             * @description 10 to 128 characters, not easily guessed.
             */
            password: string;
        };
        /** @description A plan as the signed-in person sees it. */
        Pei: {
            /** @description Whether text may change in this state. */
            editable: boolean;
            /** Format: uuid */
            pei_id: string;
            /** Format: int32 */
            school_year: number;
            /** @description In the plan's order; sections the person may not read are absent. */
            sections: components["schemas"]["PeiSection"][];
            state: components["schemas"]["PeiState"];
            student: components["schemas"]["PeiStudent"];
            team: components["schemas"]["PeiTeamMember"][];
        };
        /** @description A section the person may open. */
        PeiSection: {
            /** @description What the person may do now; writing only while the plan is editable. */
            access: components["schemas"]["Access"];
            class: components["schemas"]["SectionClass"];
            /** @description The name of the live document, for `/ws/collab` and `/ws/y/{document}`. */
            document: string;
            kind: components["schemas"]["SectionKind"];
            section: components["schemas"]["Section"];
            /** Format: date-time */
            updated_at: string | null;
            /** @description Null when nobody wrote yet, or somebody outside the team did. */
            updated_by: string | null;
        };
        /**
         * @description Where a plan is in its life. The values are the terms of the law and of the schools.
         * @enum {string}
         */
        PeiState: "rascunho" | "em_elaboracao" | "em_revisao" | "devolvido" | "aguardando_ciencia" | "vigente" | "em_reavaliacao" | "encerrado";
        /** @description Whose plan it is. */
        PeiStudent: {
            class_name: string | null;
            name: string;
            school_name: string;
            /** @description Whether the person may see who read what is written about the student. */
            sees_accesses: boolean;
            /** Format: uuid */
            student_id: string;
        };
        /** @description The plan of a student in the list. */
        PeiSummary: {
            /** Format: uuid */
            pei_id: string;
            /** @description What the person may read, writable ones included, in the plan's order. */
            readable_sections: components["schemas"]["Section"][];
            /** Format: int32 */
            school_year: number;
            state: components["schemas"]["PeiState"];
            /**
             * Format: date-time
             * @description Last edit of a section the person reads.
             */
            updated_at: string | null;
            /** @description What the person may write now, in the plan's order. */
            writable_sections: components["schemas"]["Section"][];
        };
        /** @description Somebody in the student's team. */
        PeiTeamMember: {
            function: components["schemas"]["Function"];
            name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** @description An open invitation. */
        PendingInvitation: {
            /** Format: date-time */
            created_at: string;
            /** @description Where its mail went; null for a printed code. */
            email: string | null;
            /** Format: date-time */
            expires_at: string;
            function: components["schemas"]["Function"] | null;
            guardianship: components["schemas"]["Guardianship"] | null;
            /** Format: uuid */
            invitation_id: string;
            /** @description The function in which it was made. */
            inviter_function: components["schemas"]["Function"];
            /** @description Who made it. */
            inviter_name: string | null;
            /** @description `staff` or `guardian`. */
            kind: components["schemas"]["UserKind"];
            name: string;
            /** Format: uuid */
            school_id: string;
            school_name: string;
            /** Format: uuid */
            student_id: string | null;
            student_name: string | null;
            team_function: components["schemas"]["Function"] | null;
            /**
             * Format: int32
             * @description Wrong codes that are still forgiven, 1 to 5.
             */
            tries_left: number;
        };
        /** @description A page of people. */
        PeoplePage: {
            /** @description Send it back as `cursor` for the next page; null at the end. */
            next_cursor: string | null;
            /** @description By name; at most 100. */
            people: components["schemas"]["AdminPerson"][];
        };
        /** @description The answer's form, for the generated description. */
        ProblemBody: {
            /** @description The stable name that the screen translates. */
            code: string;
            /** @description What can be done about it, in English. */
            detail: string;
            /** @description The refused fields, with code `validation`. */
            errors?: components["schemas"]["FieldError"][];
            /** @description Name it when asking for help. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status again.
             */
            status: number;
            /** @description A short sentence in English, the same for every occurrence. */
            title: string;
            /** @description `urn:kazumi:problem:` and the code. */
            type: string;
        };
        /** @description What became of an announcement. */
        ReceiptList: {
            /** Format: date-time */
            at: string;
            needs_confirmation: boolean;
            /** @description Those of `students` for whom nobody has confirmed; empty when nobody is asked to. */
            outstanding: string[];
            /** @description By name; those for whom the asker writes in this room. */
            students: components["schemas"]["StudentReceipt"][];
            /**
             * Format: int64
             * @description For how many of them somebody has confirmed.
             */
            students_confirmed: number;
            /**
             * Format: int64
             * @description Students of the class today, also those for whom the asker does not write.
             */
            students_in_class: number;
            title: string;
        };
        /** @description Recovery codes. Shown once. */
        RecoveryCodes: {
            /** @description Ten, in groups of four characters. */
            recovery_codes: string[];
        };
        /** @description The access token that goes on; the one before ended with the old password. */
        RenewedToken: {
            /** @description For `Authorization: Bearer`; keep it in memory only. */
            access_token: string;
            /**
             * Format: int32
             * @description Seconds until the access token ends.
             */
            expires_in: number;
        };
        /**
         * @description What was decided.
         * @enum {string}
         */
        ReportDecision: "no_action" | "talked" | "escalated";
        /** @description A report with what was frozen. */
        ReportFile: components["schemas"]["ReportItem"] & {
            decided_by_name: string | null;
            decision_note: string | null;
            /** @description The message that was reported and up to five on either side, as they stood at that moment. */
            evidence: components["schemas"]["FrozenMessage"][];
            /** @description In the reporter's words; null for who wrote the message. */
            note: string | null;
            /**
             * Format: uuid
             * @description Who wrote it.
             */
            reported_id: string;
            /**
             * Format: uuid
             * @description Who reported; null for who wrote the message.
             */
            reporter_id: string | null;
            reporter_name: string | null;
            /** Format: uuid */
            room_id: string;
            /**
             * Format: int64
             * @description Which message.
             */
            seq: number;
        };
        /** @description A report in the list of those who decide. */
        ReportItem: {
            /** Format: date-time */
            decided_at: string | null;
            decision: components["schemas"]["ReportDecision"] | null;
            /** @description False for who wrote the message and for who reported it. */
            may_decide: boolean;
            reason: components["schemas"]["ReportReason"];
            /** Format: uuid */
            report_id: string;
            /** Format: date-time */
            reported_at: string;
            /** @description Who wrote the message. */
            reported_name: string | null;
            state: components["schemas"]["ReportState"];
            /** Format: uuid */
            student_id: string;
            student_name: string;
        };
        /** @description What is reported. */
        ReportMessage: {
            /** @description 1 to 500 characters, if any. */
            note?: string | null;
            reason: components["schemas"]["ReportReason"];
        };
        /** @description Reports of the schools somebody answers for. */
        ReportQueue: {
            /** @description The oldest first of those that wait, the newest first of those that were decided; 200 at most. */
            reports: components["schemas"]["ReportItem"][];
        };
        /**
         * @description Why a message is reported.
         * @enum {string}
         */
        ReportReason: "offence" | "threat" | "private_data" | "other";
        /**
         * @description What became of a report.
         * @enum {string}
         */
        ReportState: "open" | "decided";
        /** @description A new password with what the mail or the paper said: one of the two. */
        Reset: {
            /** @description From the school's paper: twelve characters, in any case and with any spaces or dashes. */
            code?: string | null;
            /**
             * Format: password
             * @description 10 to 128 characters, not easily guessed.
             */
            password: string;
            /** @description From the mail's link, 43 characters. */
            token?: string | null;
        };
        /** @description A code to print. */
        ResetCode: {
            /** @description In groups of four. Shown this once and stored nowhere. */
            code: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description The account that has a new password. */
        ResetDone: {
            /** @description The address to sign in with: who came in with a code on paper may have forgotten it, too. */
            email: string;
        };
        /** @description Who forgot the password. */
        ResetRequest: {
            /** @description E-mail address, any case. */
            email: string;
        };
        /**
         * @description A kind of room. Who is in it follows from the ties to its student, or to the students of its class.
         * @enum {string}
         */
        RoomKind: "family" | "team" | "class" | "desk_coordination" | "desk_aee";
        /** @description What the person has, and what this session owes. */
        SecondFactorStatus: {
            /** @description A second factor is in use. */
            enrolled: boolean;
            /** @description This person may not go without one. */
            needed: boolean;
            owed: components["schemas"]["Owed"] | null;
            /**
             * Format: int64
             * @description Recovery codes that were not used, 0 to 10.
             */
            recovery_codes_left: number;
        };
        /** @description The secret of an invitation: one of the two. */
        Secret: {
            /** @description From paper: twelve characters, in any case and with any spaces or dashes. */
            code?: string | null;
            /** @description From the mail's link, 43 characters. */
            token?: string | null;
        };
        /**
         * @description A section that is edited live today. Others of `docs/GLOSSARY.md` arrive with later versions.
         * @enum {string}
         */
        Section: "ec_demandas" | "ec_potencialidades" | "ec_voz_estudante" | "ec_familia" | "acess_didatica" | "monitoramento" | "metas";
        /**
         * @description Who a section is meant for.
         * @enum {string}
         */
        SectionClass: "P" | "T";
        /**
         * @description How a section is written.
         * @enum {string}
         */
        SectionKind: "rich_text" | "goals";
        /** @description Somebody took a copy of the child's dossier. */
        SeenCopy: {
            name: string;
            /** Format: date-time */
            taken_at: string;
            /** @description As whom, at that moment; empty when nobody knows any more. */
            ties: components["schemas"]["Tie"][];
            /** Format: uuid */
            user_id: string;
        };
        /** @description Somebody opened the record in an emergency, with a reason. */
        SeenEmergency: {
            acted_as: components["schemas"]["Function"];
            name: string;
            /** Format: date-time */
            opened_at: string;
            /** @description In the person's words; null once erased. */
            reason: string | null;
            /** Format: uuid */
            user_id: string;
            /**
             * Format: date-time
             * @description When it ended or ends by itself.
             */
            valid_to: string;
        };
        /** @description An access token and whose it is. The refresh token travels in a cookie that scripts cannot read. */
        SignedIn: {
            /** @description For `Authorization: Bearer`; keep it in memory only. */
            access_token: string;
            /**
             * Format: int32
             * @description Seconds until the access token ends.
             */
            expires_in: number;
            second_factor: components["schemas"]["Owed"] | null;
            /** @description Without functions as long as something is owed. */
            user: components["schemas"]["Me"];
        };
        /** @description What a guardian signed. */
        SignedPaper: {
            /** @description Where the paper is kept; 1 to 200 characters. */
            evidence: string;
            /** Format: uuid */
            guardian_id: string;
        };
        /** @description The proof. */
        StepUp: {
            /** @description A code of the person's device or a recovery code, from whoever has a second factor. */
            code?: string | null;
            /**
             * Format: password
             * @description The person's own password, 1 to 512 bytes.
             */
            password: string;
        };
        /** @description All students of a person, by name. */
        StudentList: {
            students: components["schemas"]["StudentSummary"][];
        };
        /** @description Who of a student's family has seen it. */
        StudentReceipt: {
            /** @description Whether one of them has confirmed it. */
            confirmed: boolean;
            /** @description Who was in the room when it came, by name. */
            guardians: components["schemas"]["GuardianReceipt"][];
            name: string;
            /** Format: uuid */
            student_id: string;
        };
        /** @description A student in the list. */
        StudentSummary: {
            class_name: string | null;
            name: string;
            pei: components["schemas"]["PeiSummary"] | null;
            relations: components["schemas"]["Tie"][];
            school_name: string;
            /** @description Whether the person may see who read what is written about the student. */
            sees_accesses: boolean;
            /** Format: uuid */
            student_id: string;
        };
        /**
         * @description The system it runs on.
         * @enum {string}
         */
        System: "android_phone" | "android_tablet" | "iphone" | "ipad" | "windows" | "mac" | "chromebook" | "linux" | "other";
        /** @description A ticket. */
        Ticket: {
            /**
             * Format: int32
             * @description Seconds until it ends.
             */
            expires_in: number;
            /** @description For `/ws/y/{document}?ticket=`. */
            ticket: string;
        };
        /** @description How the person is tied to a student: a function, or `guardian`. */
        Tie: components["schemas"]["Function"] | components["schemas"]["UserKind"];
        /** @description A code. */
        TypedCode: {
            /** @description Six digits, or a recovery code where one counts; spaces and hyphens do not matter. */
            code: string;
        };
        /**
         * @description What kind of account a person has.
         * @enum {string}
         */
        UserKind: "staff" | "guardian" | "operator";
        /** @description A request that waits for an answer. */
        WaitingCorrection: {
            asked_as: components["schemas"]["AskedAs"];
            /** Format: date-time */
            asked_at: string;
            /** Format: uuid */
            correction_id: string;
            /** Format: date-time */
            due_at: string;
            /** Format: uuid */
            student_id: string;
            student_name: string;
        };
        /** @description What waits in a school. */
        WaitingCorrections: {
            corrections: components["schemas"]["WaitingCorrection"][];
        };
        /**
         * @description What somebody must say they know before an act is done.
         * @enum {string}
         */
        Warning: "last_principal";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_emergencies: {
        parameters: {
            query: {
                /** @description The school. */
                school_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first, 200 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Emergencies"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    find_emergency_students: {
        parameters: {
            query: {
                /** @description The school. */
                school_id: string;
                /** @description The whole name, or at least two words of it, with or without accents; at most 100 characters. */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Five at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmergencyStudents"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_waiting_corrections: {
        parameters: {
            query: {
                /** @description The school. */
                school_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The most urgent first, 200 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingCorrections"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_people: {
        parameters: {
            query: {
                /** @description The school. */
                school_id: string;
                /** @description Part of the name, with or without accents; at most 100 characters. */
                q?: string;
                /** @description `staff` or `guardian`. */
                kind?: components["schemas"]["UserKind"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many; 1 to 100, 50 without. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeoplePage"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    show_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminPersonDetail"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    close_account: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OnAccount"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_sessions: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OnAccount"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    give_function: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveFunction"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_function: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
                /** @description The function */
                function_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndTie"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    open_account: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OnAccount"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    make_reset_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made; codes made before for this person end */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetCode"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_admin_schools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminSchools"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_admin_students: {
        parameters: {
            query: {
                /** @description The school. */
                school_id: string;
                /** @description Part of the name, with or without accents; at most 100 characters. */
                q?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many; 1 to 100, 50 without. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminStudentsPage"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    show_admin_student: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Team and family */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminStudentDetail"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    open_emergency: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BreakGlass"];
            };
        };
        responses: {
            /** @description What is open, or would be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_emergency: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
                /** @description The emergency */
                break_glass_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndBreakGlass"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    give_guardianship: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveGuardianship"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_guardianship: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
                /** @description The guardianship */
                guardianship_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeGuardianship"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    give_link: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveLink"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_link: {
        parameters: {
            query?: {
                /** @description Only say what would change */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
                /** @description The membership */
                link_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndTie"];
            };
        };
        responses: {
            /** @description What changed, or would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Signed in; sets the refresh cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description invalid_credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1 */
                "X-Kazumi": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out; removes the refresh cookie */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description bad_origin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1 */
                "X-Kazumi": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Still signed in; sets the refresh cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description bad_origin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    request_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequest"];
            };
        };
        responses: {
            /** @description If there is such an account, a mail is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description mail_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reset"];
            };
        };
        responses: {
            /** @description Set; sign in with it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetDone"];
                };
            };
            /** @description not_found: unknown, used, too late, or too many wrong tries */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the second factor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorStatus"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Off */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden (this person needs one) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TypedCode"];
            };
        };
        responses: {
            /** @description In use; recovery codes, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description invalid_credentials, unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_enrol: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A secret, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden (one is in use), step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_renew_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description New recovery codes, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required, forbidden (no second factor is in use) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    second_factor_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TypedCode"];
            };
        };
        responses: {
            /** @description The session counts */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_credentials, unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden (nothing is owed) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepUp"];
            };
        };
        responses: {
            /** @description Confirmed for five minutes */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_credentials, second_factor_required, unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open invitations; empty for who administers nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingInvitation"][];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invite"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found: no such school or student, or not for the asker */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description mail_unavailable, with an e-mail */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acceptance"];
            };
        };
        responses: {
            /** @description Signed in; sets the refresh cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description not_found: unknown, used, withdrawn, expired, or too many wrong tries */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description account_exists: sign in and join instead */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    join_with_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Secret"];
            };
        };
        responses: {
            /** @description Added to this account */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden: it is meant for another address, network or kind of account */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found: unknown, used, withdrawn, expired, or too many wrong tries */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    preview_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Secret"];
            };
        };
        responses: {
            /** @description An open invitation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationPreview"];
                };
            };
            /** @description not_found: unknown, used, withdrawn, expired, or too many wrong tries */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    withdraw_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invitation */
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found: not open, or not for the asker */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedToken"];
                };
            };
            /** @description invalid_credentials, unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_own_reports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnReports"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    my_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 100 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MySessions"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_my_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    end_my_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From the list */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated, token_expired, session_ended, second_factor_required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found: somebody else's, over, or unknown */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The plan */
                pei_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pei"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_reports: {
        parameters: {
            query?: {
                /** @description Those that wait, or those that were decided; without it those that wait. */
                state?: components["schemas"]["ReportState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportQueue"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    read_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report */
                report_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportFile"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    decide_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report */
                report_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideReport"];
            };
        };
        responses: {
            /** @description The report now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportFile"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile: it is decided */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    search_messages: {
        parameters: {
            query: {
                /** @description Words; all of them, in any form and with or without accents. 2 to 100 characters. */
                q: string;
                /** @description In one room only. */
                room_id?: string;
                /** @description `next` of the page before. */
                before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundMessages"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts: five a second */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    announce: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room of a class */
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Announce"];
            };
        };
        responses: {
            /** @description It was there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementPlace"];
                };
            };
            /** @description Written now */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementPlace"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description client_id_reused */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts: five an hour */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    confirm_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room of a class */
                room_id: string;
                /** @description The announcement */
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirm"];
            };
        };
        responses: {
            /** @description What stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationState"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_receipts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room of a class */
                room_id: string;
                /** @description The announcement */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By student */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    download_receipts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room of a class */
                room_id: string;
                /** @description The announcement */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The table */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_own_confirmations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room of a class */
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest announcement first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnConfirmation"][];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    report_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The room */
                room_id: string;
                /** @description The message */
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportMessage"];
            };
        };
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnReportItem"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts: twenty a day */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name; at most 500 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_accesses: {
        parameters: {
            query?: {
                /** @description `next` of the part before. */
                cursor?: string;
                /** @description Most entries, 1 to 100. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_consents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    decide_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decide"];
            };
        };
        responses: {
            /** @description What holds now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_corrections: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    ask_correction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskCorrection"];
            };
        };
        responses: {
            /** @description The requests now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile: there are ten open requests already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    answer_correction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
                /** @description The request */
                correction_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerCorrection"];
            };
        };
        responses: {
            /** @description The requests now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionList"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description changed_meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    open_desk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenDesk"];
            };
        };
        responses: {
            /** @description It was open */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskRoom"];
                };
            };
            /** @description Opened now */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskRoom"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description validation */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    take_dossier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The student */
                student_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description step_up_required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description too_many_attempts: ten an hour */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One use */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description unauthenticated, token_expired, session_ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Text format 0.0.4 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description restarting, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
}
