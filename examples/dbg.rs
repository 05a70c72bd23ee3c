use textsieve::chrome::{context::Context, features::Features, score::{Linear, Scorer}};
use textsieve::lexicon::Lexicon;
use textsieve::page::Page;
fn main() {
    let lexicon = Lexicon::built_in();
    for f in std::env::args().skip(1) {
        let t = std::fs::read_to_string(&f).unwrap();
        let t = textsieve::text::normalize::normalize(&t);
        let page = Page::new(&t);
        let facts = textsieve::chrome::facts::Facts::of(&page, lexicon); let c = Context::of(&page, &facts);
        let h = &facts.hints;
        let p = Linear::built_in().score(&Features::of(&c, h), page.len());
        println!("{f} prose {:?} wordy {:?} spoken {:?} headline {:?} above {:?}", c.prose, c.wordy, c.spoken, c.headline, c.headline_above(&page, c.main()));
        for i in 0..page.len() {
            println!("{i:3} p {:.3} w {:4.1} long {} stop {:.2} topic {:.2} date {:?} {} | {}", p[i], c.words[i], c.long[i] as u8, c.stop_share[i], c.topic[i], (h.dates[i].whole as u8, h.dates[i].has as u8),
                h.phrases(i, lexicon).map(|p| format!("{}:{:?}:{:?}:{}", p.id, p.matching, p.strength, p.reason)).collect::<Vec<_>>().join(" "), page.block(i).chars().take(60).collect::<String>());
        }
    }
}
