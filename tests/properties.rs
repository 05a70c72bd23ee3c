//! What holds for every page, however odd: no panic, nothing left to do the second time, lines whole and in order,
//! bytes that add up, and choices that are kept.

use std::sync::LazyLock;

use proptest::prelude::*;
use textsieve::page::{Page, apply};
use textsieve::reason::Family;
use textsieve::text::normalize::{repair, tidy};
use textsieve::{Cleaned, Cleaner, Options, Profile, Reason};

/// What articles are made of, in several scripts; long sentences first.
const PROSE: &[&str] = &[
    "The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.",
    "Work begins in spring and will take two years, the mayor told reporters, who had waited outside since noon.",
    "Nobody had counted the old trees along the bank before the plans were drawn, a report by the district says.",
    "Der Gemeinderat hat am Montag nach langer Debatte beschlossen, die alte Brücke über den Fluss zu erneuern.",
    "Die Arbeiten sollen im Frühjahr beginnen und nach Angaben der Verwaltung mindestens zwei Jahre dauern.",
    "Городской совет в понедельник после долгих споров одобрил строительство нового моста через реку.",
    "Работы начнутся весной и продлятся не меньше двух лет, рассказал журналистам глава города после заседания.",
    "Міська рада в понеділок після довгих суперечок схвалила будівництво нового мосту через річку.",
    "市议会星期一经过长时间的辩论，批准了在河上修建一座新桥的计划，工程将于春天开始。",
    "工事は来年の春に始まり、少なくとも二年はかかると市長は記者団に語った。",
    "وافق المجلس البلدي يوم الاثنين بعد نقاش طويل على بناء جسر جديد فوق النهر يربط بين ضفتي المدينة.",
    "नगर परिषद ने सोमवार को लंबी बहस के बाद नदी पर नए पुल के निर्माण की योजना को मंज़ूरी दे दी।",
    "สภาเมืองอนุมัติแผนการสร้างสะพานแห่งใหม่ข้ามแม่น้ำเมื่อวันจันทร์หลังจากการอภิปรายที่ยาวนาน",
    "\"Yes.\"",
    "It rained.",
    "He laughed.",
];

/// What stands around articles, and what looks like it.
const REST: &[&str] = &[
    "Council approves the bridge",
    "COUNCIL APPROVES THE BRIDGE",
    "What the neighbours say",
    "Новый мост через реку",
    "新桥获批",
    "Home",
    "Politics",
    "Sport",
    "Culture",
    "Menu",
    "Search",
    "Log in | Register",
    "Home > World > Europe",
    "Новости",
    "Політика",
    "首页",
    "新闻",
    "体育",
    "Share",
    "Share on Facebook",
    "Facebook",
    "Telegram",
    "date 2026-02-06 Facebook Telegram X search menu",
    "#budget #city",
    "@townhall",
    "1,204 views",
    "06 February 2026, 19:46",
    "09.Jan.2026",
    "18:42",
    "6 февраля 2026",
    "2026年2月6日",
    "3 days ago",
    "Evening Courier (3 May 2020)",
    "Photo: Anna Brandt",
    "Фото: архив",
    "By Maria Santos",
    "4 min read",
    "Tags: budget, council, bridge",
    "Council approves the bridge - Photo 1.",
    "Latest news",
    "Читайте также",
    "Rail strike enters third day",
    "Harbour to be dredged again",
    "Museum opens its cellar",
    "Read also: New bridge opens in May",
    "Leave a reply",
    "3 comments",
    "Jo82, 3 days ago: Well said!",
    "Sign up for our newsletter",
    "Advertisement",
    "This article is for subscribers only.",
    "We use cookies to improve your experience.",
    "Accept all",
    "© 2026 All rights reserved",
    "The opinions expressed are the author's own.",
    "Tel. +00 123 456 789",
    "editor@example.org",
    "https://example.org/2026/02/bridge?id=12",
    "Source:",
    "You are reading the article Council approves the bridge",
    "Please enable JavaScript to view this page",
    "{{ article.title }}",
    "USD 41.20 EUR 44.95",
    "Play 0:00 / 3:25",
    "« 1 2 3 … 12 »",
    "* * *",
    "---",
    "12",
    "7.5",
    "Ingredients:",
    "200 g flour",
    "2 eggs",
    "Q: Why now?",
    "A: Because it is old.",
];

/// Blanks and damage.
const ODD: &[&str] = &[
    "",
    " ",
    "\u{a0}",
    "  indented",
    "two  spaces",
    "tab\there",
    "caf\u{65}\u{301}",
    "a\u{200b}b",
    "Caf&eacute; &amp; bar",
    "\u{202e}turned",
    "end\r",
    "\u{feff}",
    "\0",
];

fn line() -> impl Strategy<Value = String> {
    let known = |lines: &'static [&'static str]| prop::sample::select(lines).prop_map(str::to_owned);
    prop_oneof![
        8 => known(PROSE),
        8 => known(REST),
        1 => known(ODD),
        2 => Just(String::new()),
        1 => (known(PROSE), known(REST)).prop_map(|(a, b)| format!("{b}{a}")),
        1 => (known(PROSE), 0..99u32).prop_map(|(a, n)| format!("{a} {n}")),
        1 => "\\PC{0,40}",
    ]
}

/// A page of such lines, with stretches that come again.
fn page() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(line(), 0..24);
    let again = prop::collection::vec((any::<prop::sample::Index>(), 1..4usize), 0..3);
    (lines, again, any::<bool>()).prop_map(|(mut lines, again, end)| {
        for (at, n) in again {
            if !lines.is_empty() {
                let at = at.index(lines.len());
                let stretch = lines[at..lines.len().min(at + n)].to_vec();
                lines.extend(stretch);
            }
        }
        let mut text = lines.join("\n");
        if end {
            text.push('\n');
        }
        text
    })
}

/// A cleaner for each profile, made once.
fn profile(profile: Profile) -> &'static Cleaner {
    static CLEANERS: LazyLock<Vec<Cleaner>> = LazyLock::new(|| {
        let cleaner = |&profile| {
            Cleaner::new(Options {
                profile,
                ..Options::default()
            })
        };
        Profile::ALL
            .iter()
            .map(cleaner)
            .collect::<Result<_, _>>()
            .expect("the built-in lexicon parses")
    });
    &CLEANERS[Profile::ALL
        .iter()
        .position(|&p| p == profile)
        .expect("all profiles are listed")]
}

fn bytes_cut(cleaned: &Cleaned) -> usize {
    cleaned.cuts.iter().map(|cut| cut.range.len()).sum()
}

/// Cuts stand in order, apart, and each is one whole block.
fn whole_blocks(cleaned: &Cleaned) -> Result<(), TestCaseError> {
    let page = Page::new(&cleaned.page);
    let mut blocks = page.blocks().iter();
    for cut in &cleaned.cuts {
        let found = blocks.any(|block| block.range == cut.range && block.line == cut.line);
        prop_assert!(found, "no block, cut twice or out of order: {cut:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_cleaned_page_is_clean(text in page(), name in prop::sample::select(Profile::ALL)) {
        let cleaner = profile(name);
        let once = cleaner.clean(&text);
        let twice = cleaner.clean(&once.text);
        prop_assert_eq!(&twice.text, &once.text, "cut the second time: {:?}", twice.cuts);
    }

    #[test]
    fn lines_stay_whole_and_in_order(text in page(), name in prop::sample::select(Profile::ALL)) {
        let cleaned = profile(name).clean(&text);
        let repaired = repair(&text);
        prop_assert_eq!(&cleaned.page, &tidy(&repaired));
        if cleaned.cuts.is_empty() {
            prop_assert_eq!(&cleaned.text, &repaired, "spaces are tidied only where something is cut");
        } else {
            prop_assert_eq!(&cleaned.text, &apply(&Page::new(&cleaned.page), &cleaned.cuts));
            let mut lines = cleaned.page.lines().map(str::trim);
            for kept in cleaned.text.lines().filter(|line| !line.is_empty()) {
                prop_assert!(lines.any(|line| line == kept), "not a line of the page, or out of order: {kept:?}");
            }
        }
    }

    #[test]
    fn kept_and_cut_are_all_there_is(text in page()) {
        let cleaned = profile(Profile::Balanced).clean(&text);
        whole_blocks(&cleaned)?;
        let size = |text: &str| -> usize { Page::new(text).blocks().iter().map(|block| block.range.len()).sum() };
        let kept = if cleaned.cuts.is_empty() { size(&cleaned.page) } else { size(&cleaned.text) };
        prop_assert_eq!(kept + bytes_cut(&cleaned), size(&cleaned.page));
    }

    #[test]
    fn careful_takes_neither_metadata_nor_guesses(text in page()) {
        let cleaned = profile(Profile::Careful).clean(&text);
        let against = cleaned.cuts.iter().find(|cut| matches!(cut.reason.family(), Family::Metadata | Family::Place));
        prop_assert!(against.is_none(), "{against:?}");
    }
}

proptest! {
    // Every case makes a cleaner.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_reason_to_keep_never_cuts(text in page(), keep in prop::sample::subsequence(Reason::ALL.to_vec(), 1..12)) {
        let cleaner = Cleaner::new(Options { keep: keep.clone(), ..Options::default() }).expect("the built-in lexicon parses");
        let cleaned = cleaner.clean(&text);
        let against = cleaned.cuts.iter().find(|cut| keep.contains(&cut.reason));
        prop_assert!(against.is_none(), "{against:?}");
    }
}
