//! Puts an article into a template of its site, and notes what every line is.
//!
//! Must not know why a page is made, or of which other it is a copy.

use std::ops::Range;

use super::article::Article;
use super::language::Language;
use super::line::Kind;
use super::prose::filled;
use super::rng::Rng;
use super::site::Site;

/// A menu's or a footer's line stands in a variant of the template with this chance, in per cent.
const LINE_IN_VARIANT: u64 = 85;

/// What is known about one line of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// For a line of a template: its number among all sites' lines.
    pub template: Option<u32>,
}

/// A page's text and what is known about its lines.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The text, without a line end at its end.
    pub text: String,
    /// One for each line, blank ones too.
    pub rows: Vec<Row>,
}

/// What a page looks like apart from its article.
#[derive(Debug, Clone)]
pub struct Look {
    /// Which of the site's variants; none is a page without a template.
    pub variant: Option<u64>,
    /// The article follows again, in capitals.
    pub doubled: bool,
    /// Section, date, other headlines.
    pub rng: Rng,
}

impl Sheet {
    /// Lays out a page.
    #[must_use]
    pub fn lay(article: &Article, site: &Site, language: &Language, look: &Look) -> Self {
        let mut sheet = Self::default();
        sheet
            .text
            .reserve(article.text.len() * if look.doubled { 3 } else { 1 } + 2048);
        let Some(variant) = look.variant else {
            sheet.body(article, look.doubled, None);
            return sheet;
        };
        let mut rng = look.rng.clone();
        let mut page = Filling {
            sheet,
            site,
            variant,
            rng: rng.clone(),
        };
        let date_line = language.lists.date[(site.first + variant as usize) % language.lists.date.len()].clone();
        let date = filled(&date_line, language, &mut rng, &[]);
        match (site.first as u64 + variant) % 3 {
            0 => page.portal(article, &date, look.doubled),
            1 => page.blog(article, &date, look.doubled),
            _ => page.paper(article, &date, look.doubled),
        }
        page.sheet
    }

    fn push(&mut self, kind: Kind, text: &str, template: Option<u32>) {
        if !self.rows.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.rows.push(Row { kind, template });
    }

    fn blank(&mut self) {
        if self.rows.last().is_some_and(|row| row.kind != Kind::Blank) {
            self.push(Kind::Blank, "", None);
        }
    }

    /// The article from its second line on; `box_line` is a line of the template amid the paragraphs.
    fn body(&mut self, article: &Article, doubled: bool, box_line: Option<(&str, u32)>) {
        let start = usize::from(!self.rows.is_empty());
        for (i, line) in article.lines.iter().enumerate().skip(start) {
            if i > start {
                self.blank();
            }
            self.push(line.kind, article.line(line), None);
            if let Some((text, id)) = box_line.filter(|_| i == article.lines.len() / 2) {
                self.blank();
                self.push(Kind::Template, text, Some(id));
            }
        }
        if doubled {
            for line in &article.lines {
                self.blank();
                self.push(Kind::Doubled, &article.line(line).to_uppercase(), None);
            }
        }
    }
}

/// A page that is being laid out.
struct Filling<'s> {
    sheet: Sheet,
    site: &'s Site,
    variant: u64,
    rng: Rng,
}

impl Filling<'_> {
    /// Everything at the top, boxes in the middle.
    fn portal(&mut self, article: &Article, date: &str, doubled: bool) {
        let site = self.site;
        self.all(&site.name);
        self.varied(&site.menu);
        self.sheet.blank();
        self.crumb();
        self.sheet.blank();
        self.head(article);
        self.sheet.push(Kind::Optional, date, None);
        self.sheet.blank();
        let pitch = (
            site.lines[site.pitch.start].as_str(),
            (site.first + site.pitch.start) as u32,
        );
        self.sheet.body(article, doubled, Some(pitch));
        self.sheet.blank();
        self.all(&site.share);
        self.sheet.blank();
        self.related(5);
        self.end();
    }

    /// A short menu, shares above the text, other headlines and praise below.
    fn blog(&mut self, article: &Article, date: &str, doubled: bool) {
        let site = self.site;
        self.varied(&site.menu);
        self.sheet.blank();
        self.head(article);
        self.sheet.blank();
        self.sheet.push(Kind::Optional, date, None);
        self.sheet.blank();
        self.all(&site.share);
        self.sheet.blank();
        self.sheet.body(article, doubled, None);
        self.sheet.blank();
        self.related(4);
        self.all(&site.pitch);
        self.end();
    }

    /// The article first, the menu below.
    fn paper(&mut self, article: &Article, date: &str, doubled: bool) {
        let site = self.site;
        self.crumb();
        self.head(article);
        self.sheet.push(Kind::Optional, date, None);
        self.sheet.body(article, doubled, None);
        self.sheet.blank();
        self.related(6);
        self.all(&site.share);
        self.sheet.blank();
        self.varied(&site.menu);
        self.end();
    }

    fn head(&mut self, article: &Article) {
        let headline = &article.lines[0];
        self.sheet.push(headline.kind, article.line(headline), None);
    }

    fn line(&mut self, kind: Kind, line: usize) {
        let id = (self.site.first + line) as u32;
        self.sheet.push(kind, &self.site.lines[line], Some(id));
    }

    fn all(&mut self, part: &Range<usize>) {
        for line in part.clone() {
            self.line(Kind::Template, line);
        }
    }

    /// The lines that this variant has; each variant lacks others.
    fn varied(&mut self, part: &Range<usize>) {
        for line in part.clone() {
            let place = (self.site.first + line) as u64;
            if Rng::of(&[place, self.variant]).percent(LINE_IN_VARIANT) {
                self.line(Kind::Template, line);
            }
        }
    }

    fn crumb(&mut self) {
        let crumbs = &self.site.crumbs;
        let line = crumbs.start + self.rng.index(crumbs.len());
        self.line(Kind::Template, line);
    }

    /// So many other headlines in a row of the site's list.
    fn related(&mut self, count: usize) {
        let (label, list) = (&self.site.related_label, &self.site.related);
        self.all(label);
        let start = self.rng.index(list.len());
        for i in 0..count {
            self.line(Kind::Related, list.start + (start + i) % list.len());
        }
        self.sheet.blank();
    }

    fn end(&mut self) {
        self.sheet.blank();
        self.varied(&self.site.footer);
    }
}
