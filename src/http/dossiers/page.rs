//! The dossier as a page to be read and printed: one file without scripts and without anything from elsewhere. Whatever people wrote is
//! text in it and never markup.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use serde_json::Value;
use time::OffsetDateTime;

use super::file::WrittenSection;
use super::words;
use crate::domain::pei::SectionKind;
use crate::store::accesses::Access;
use crate::store::dossiers::{Dossier, Membership, SectionText};

const STYLE: &str = "body{font:1.05rem/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2b2a;\
overflow-wrap:anywhere}h1{font-size:1.8rem;line-height:1.2}h2{font-size:1.35rem;margin-top:2.5rem;border-bottom:2px solid #0f6e63;\
padding-bottom:.25rem}h3{font-size:1.1rem;margin-top:1.75rem}h4{font-size:1rem}dt{font-weight:600;margin-top:.5rem}dd{margin:0}\
.soft{color:#4d5b59}.words{white-space:pre-line;border-left:4px solid #b9c7c4;padding-left:.75rem}li{margin:.35rem 0}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .5rem .3rem 0;\
border-bottom:1px solid #d8e0de}@media print{body{margin:0}h2,h3{break-after:avoid}}";

/// The whole page. `texts` are those of the dossier's sections, in their order.
pub fn write(dossier: &Dossier, texts: &[WrittenSection]) -> String {
    let mut page = Page(String::with_capacity(16 * 1024));
    let name = &dossier.name;
    page.raw("<!doctype html>\n<html lang=\"pt-BR\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    page.element("title", &format!("Dossiê de {name}"));
    page.raw("<style>").raw(STYLE).raw("</style>\n</head>\n<body>\n<main>\n");
    page.element("h1", &format!("Dossiê de {name}"));
    let (when, ties) = (words::moment(dossier.taken_at), words::ties(&dossier.taker_ties));
    page.element("p", &format!("Cópia feita em {when} (horário de Brasília), por: {ties}."));
    page.element(
        "p",
        "Aqui está tudo o que esta pessoa pode ver sobre a criança no Kazumi. São dados de saúde e de educação: guarde este arquivo em \
         lugar seguro e não o envie por grupos.",
    );
    registry(&mut page, dossier);
    team(&mut page, dossier);
    plans(&mut page, dossier, texts);
    conversations(&mut page, dossier);
    consents(&mut page, dossier);
    corrections(&mut page, dossier);
    emergencies(&mut page, dossier);
    accesses(&mut page, dossier);
    copies(&mut page, dossier);
    page.raw("</main>\n</body>\n</html>\n");
    page.0
}

/// A page that is being written. Only `raw` takes markup.
struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Turns the direction of what follows, or means nothing in a page.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                other if other.is_control() && other != '\n' && other != '\t' => self.0.push('\u{fffd}'),
                other => self.0.push(other),
            }
        }
        self
    }

    /// `tag` is one of ours.
    fn element(&mut self, tag: &str, text: &str) -> &mut Self {
        let _ = write!(self.0, "<{tag}>");
        self.text(text);
        let _ = writeln!(self.0, "</{tag}>");
        self
    }

    fn soft(&mut self, text: &str) {
        self.raw("<p class=\"soft\">").text(text).raw("</p>\n");
    }

    fn words(&mut self, text: &str) {
        self.raw("<p class=\"words\">").text(text).raw("</p>\n");
    }

    fn term(&mut self, term: &str, text: &str) {
        self.element("dt", term).element("dd", text);
    }
}

fn registry(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Dados da escola").raw("<dl>\n");
    page.term("Nome", &dossier.name);
    page.term("Nascimento", &dossier.birth_date.map_or_else(|| "não informado".to_owned(), words::day));
    page.term("Escola", &dossier.school_name);
    page.term("Turma", dossier.class_name.as_deref().unwrap_or("sem turma"));
    page.term("No Kazumi desde", &words::day_of(dossier.created_at));
    if let Some(left) = dossier.left_on {
        page.term("Saiu da escola em", &words::day(left));
    }
    for tie in &dossier.guardianships {
        let custody = words::custody(tie.custody);
        page.term("Seu vínculo", &format!("{}, {custody}, {}", tie.kinship, span(tie.valid_from, tie.valid_to)));
    }
    page.raw("</dl>\n");
}

fn span(from: OffsetDateTime, to: Option<OffsetDateTime>) -> String {
    let from = words::day_of(from);
    match to {
        Some(to) => format!("de {from} a {}", words::day_of(to)),
        None => format!("desde {from}"),
    }
}

fn team(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Equipe");
    if dossier.team.is_empty() {
        page.soft("Ninguém foi posto na equipe até agora.");
        return;
    }
    page.raw("<ul>\n");
    for member in &dossier.team {
        let name = member.name.as_deref().unwrap_or("pessoa que não está mais na equipe");
        let span = span(member.valid_from, member.valid_to);
        page.element("li", &format!("{name}, {}, {span}", member.function.in_words()));
    }
    page.raw("</ul>\n");
}

fn plans(page: &mut Page, dossier: &Dossier, texts: &[WrittenSection]) {
    if dossier.sections.is_empty() {
        page.element("h2", "PEI");
        page.soft("Nenhum PEI foi começado.");
    }
    let mut last = None;
    for (section, text) in dossier.sections.iter().zip(texts) {
        if last != Some(section.pei) {
            page.element("h2", &format!("PEI de {} ({})", section.school_year, words::state(section.state)));
            last = Some(section.pei);
        }
        page.element("h3", words::section(section.section));
        if let Some(at) = section.updated_at {
            let by = section.updated_by.as_deref().map(|name| format!(", por {name}")).unwrap_or_default();
            page.soft(&format!("Última mudança: {}{by}.", words::moment(at)));
        }
        page.raw(&text.html);
    }
}

/// What was said in rooms; of a message that was changed or taken back, in the school's copy, everything it has said.
fn conversations(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Conversas");
    if dossier.conversations.iter().all(|room| room.messages.is_empty()) {
        page.soft("Ainda não houve conversas.");
    }
    for room in dossier.conversations.iter().filter(|room| !room.messages.is_empty()) {
        page.element("h3", words::room(room.kind));
        for message in &room.messages {
            let name = message.name.as_deref().unwrap_or("pessoa que não está mais na conversa");
            let state = match (message.taken_back_at, message.changed_at) {
                (Some(at), _) => format!(", apagada em {}", words::moment(at)),
                (None, Some(at)) => format!(", alterada em {}", words::moment(at)),
                (None, None) => String::new(),
            };
            page.soft(&format!("{name}, {}{state}:", words::moment(message.at)));
            match &message.text {
                Some(text) => page.words(text),
                None => page.soft("Mensagem apagada por quem a escreveu."),
            }
            for (at, text) in &message.versions {
                page.soft(&format!("No registro da escola, o que dizia em {}:", words::moment(*at)));
                page.words(text);
            }
        }
    }
}

/// What the people in a team are called, by id.
pub struct Names(HashMap<String, String>);

impl Names {
    /// Those whose names the asker sees.
    pub fn of(team: &[Membership]) -> Self {
        let named = team.iter().filter_map(|member| Some((member.user.to_string(), member.name.clone()?)));
        Self(named.collect())
    }
}

/// What a section says, as markup.
pub fn section(kind: SectionKind, names: &Names, text: &SectionText) -> String {
    let mut page = Page(String::new());
    if text.plain.trim().is_empty() {
        page.soft("Ainda não há nada escrito.");
        return page.0;
    }
    match kind {
        SectionKind::RichText => nodes(&mut page, &text.content["content"]),
        SectionKind::Goals => goals(&mut page, names, &text.content),
    }
    page.0
}

/// Nodes of the editor. What is not ours is passed over, and the text in it is kept. Depth is bounded by the gate of documents.
fn nodes(page: &mut Page, content: &Value) {
    for node in content.as_array().into_iter().flatten() {
        let tag = match node["type"].as_str().unwrap_or_default() {
            "text" => {
                run(page, node);
                continue;
            }
            "hardBreak" => {
                page.raw("<br>");
                continue;
            }
            "paragraph" => "p",
            "heading" => "h4",
            "bulletList" => "ul",
            "orderedList" => "ol",
            "listItem" => "li",
            _ => "div",
        };
        page.raw(&format!("<{tag}>"));
        nodes(page, &node["content"]);
        page.raw(&format!("</{tag}>\n"));
    }
}

/// A run of text with its marks. Where a link leads is written behind it, to be read on paper and never to be followed by mistake.
fn run(page: &mut Page, node: &Value) {
    let marks = node["marks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |name: &str| marks.iter().any(|mark| mark["type"] == name);
    let tags = [("bold", "strong"), ("italic", "em"), ("highlight", "mark")];
    let tags: Vec<_> = tags.iter().filter(|(mark, _)| has(mark)).map(|(_, tag)| tag).collect();
    for tag in &tags {
        page.raw(&format!("<{tag}>"));
    }
    page.text(node["text"].as_str().unwrap_or_default());
    for tag in tags.iter().rev() {
        page.raw(&format!("</{tag}>"));
    }
    let link = marks.iter().find(|mark| mark["type"] == "link").and_then(|mark| mark["attrs"]["href"].as_str());
    if let Some(href) = link.filter(|href| Some(*href) != node["text"].as_str()) {
        page.text(&format!(" ({href})"));
    }
}

fn goals(page: &mut Page, names: &Names, records: &Value) {
    let field = |goal: &Value, name: &str| goal[name].as_str().unwrap_or_default().trim().to_owned();
    let mut goals: Vec<_> = records.as_array().into_iter().flatten().filter(|goal| goal.is_object()).collect();
    // As on the screens: two people who undo the same deletion bring it back twice.
    let mut seen = HashSet::new();
    goals.retain(|goal| field(goal, "id").is_empty() || seen.insert(field(goal, "id")));
    goals.sort_by_key(|goal| (field(goal, "order"), field(goal, "id")));
    page.raw("<ol>\n");
    for goal in goals {
        page.raw("<li><dl>\n");
        page.term("Área", words::area(&field(goal, "area")));
        for (name, label) in [
            ("description", "O que se espera"),
            ("baseline", "Ponto de partida"),
            ("criterion", "Como saberemos que alcançou"),
        ] {
            let text = field(goal, name);
            page.term(label, if text.is_empty() { "Ainda não escrito" } else { &text });
        }
        let deadline = field(goal, "deadline");
        page.term("Prazo", &if deadline.is_empty() { "Sem prazo".to_owned() } else { words::written_day(&deadline) });
        let responsible = goal["responsible"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let name_of = |id| names.0.get(id).map_or("pessoa fora da equipe", String::as_str);
        let responsible: Vec<_> = responsible.map(name_of).collect();
        if !responsible.is_empty() {
            page.term("Responsáveis", &responsible.join(", "));
        }
        page.raw("</dl></li>\n");
    }
    page.raw("</ol>\n");
}

fn consents(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Autorizações da família");
    if dossier.consents.is_empty() {
        page.soft("Nada foi decidido até agora.");
        return;
    }
    page.raw("<ul>\n");
    for said in &dossier.consents {
        let answer = if said.given { "sim" } else { "não" };
        let (kind, name, when) = (words::consent(said.kind), &said.guardian_name, words::moment(said.decided_at));
        let paper = said
            .evidence
            .as_ref()
            .map(|evidence| format!(" No papel, anotado por {}. Onde está: {evidence}.", said.recorded_by_name));
        page.element("li", &format!("{kind}: {name} disse {answer}, {when}.{}", paper.unwrap_or_default()));
    }
    page.raw("</ul>\n");
}

fn corrections(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Pedidos de correção");
    if dossier.corrections.is_empty() {
        page.soft("Nenhum pedido até agora.");
    }
    for request in &dossier.corrections {
        let (who, when) = (&request.asked_by_name, words::moment(request.asked_at));
        page.element("h3", &format!("{who}, {when}: {}", words::correction(request.state).to_lowercase()));
        page.raw("<dl>\n");
        page.term("O que está errado", &request.wrong);
        page.term("Deveria ser", &request.should_say);
        if let (Some(answer), Some(name), Some(at)) = (&request.answer, &request.answered_by_name, request.answered_at)
        {
            page.term(&format!("Resposta de {name}, {}", words::moment(at)), answer);
        }
        page.raw("</dl>\n");
    }
}

fn emergencies(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Acessos de emergência");
    if dossier.emergencies.is_empty() {
        page.soft("Ninguém abriu os registros em emergência.");
    }
    for each in &dossier.emergencies {
        let (from, to) = (words::moment(each.opened_at), words::moment(each.valid_to));
        page.element("p", &format!("{}, {}: de {from} a {to}.", each.name, each.acted_as.in_words()));
        page.words(each.reason.as_deref().unwrap_or("O motivo foi apagado."));
    }
}

fn accesses(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Quem viu os dados");
    if dossier.accesses.is_empty() {
        page.soft("Ninguém abriu o PEI antes desta cópia.");
        return;
    }
    page.soft("Se a pessoa abriu a mesma parte de novo na mesma meia hora, aparece uma vez só.");
    page.raw("<table>\n<tr><th>Quando</th><th>Quem</th><th>O que abriu</th></tr>\n");
    for access in &dossier.accesses {
        access_row(page, access);
    }
    page.raw("</table>\n");
}

fn access_row(page: &mut Page, access: &Access) {
    let what = access.section.map_or("uma parte que só a equipe lê", words::section);
    let emergency = if access.in_emergency { " (em emergência)" } else { "" };
    page.raw("<tr><td>").text(&words::moment(access.first_at)).raw("</td><td>");
    page.text(&format!("{}, {}{emergency}", access.name, words::ties(&access.ties)));
    page.raw("</td><td>").text(what).raw("</td></tr>\n");
}

fn copies(page: &mut Page, dossier: &Dossier) {
    page.element("h2", "Quem pediu uma cópia");
    page.raw("<ul>\n");
    for copy in &dossier.copies {
        let (name, ties, when) = (&copy.name, words::ties(&copy.ties), words::moment(copy.taken_at));
        page.element("li", &format!("{name}, {ties}, {when}"));
    }
    page.raw("</ul>\n");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(content: &Value) -> String {
        let mut page = Page(String::new());
        nodes(&mut page, content);
        page.0
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        let hostile = "<script>alert(1)</script>\" onload='x' &amp; \u{202e}evil\u{0}";
        let text = json!({ "type": "text", "text": hostile, "marks": [
            { "type": "<b onclick=x>" }, { "type": "link", "attrs": { "href": "javascript:alert(1)\"><img>" } }] });
        let page = written(&json!([{ "type": "<svg/onload=x>", "content": [text] }]));
        let expected = "<div>&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp; \u{fffd}evil\u{fffd} \
                        (javascript:alert(1)&quot;&gt;&lt;img&gt;)</div>\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn formatting_of_the_editor_is_kept() {
        let bold = json!({ "type": "text", "text": "muito", "marks": [{ "type": "bold" }, { "type": "italic" }] });
        let item = json!({ "type": "listItem", "content": [{ "type": "paragraph", "content": [bold] }] });
        let page = written(&json!([
            { "type": "heading", "attrs": { "level": 2 }, "content": [{ "type": "text", "text": "Gosta" }] },
            { "type": "bulletList", "content": [item] },
        ]));
        assert_eq!(page, "<h4>Gosta</h4>\n<ul><li><p><strong><em>muito</em></strong></p>\n</li>\n</ul>\n");
    }
}
