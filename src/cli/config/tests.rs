//! Layers of settings, made for the case.

use clap::Parser;

use super::*;
use crate::cli::args::{Cli, Command};

fn load_with(flags: &[&str], user_file: Option<&Path>, variables: &[(&str, &str)]) -> Result<Settings, Error> {
    let cli = Cli::try_parse_from(["textsieve", "clean"].iter().chain(flags)).unwrap();
    let Command::Clean(clean) = cli.command else {
        panic!("not clean")
    };
    let around = Surroundings {
        user_file: user_file.map(Path::to_owned),
        variables: variables
            .iter()
            .map(|&(name, value)| (name.into(), value.into()))
            .collect(),
    };
    load(
        &clean.configuration.cleaning,
        Some(&clean.configuration.dumping),
        Some(&clean.configuration.reading),
        Some(&clean.configuration.running),
        &cli.global,
        &around,
    )
}

fn origin(settings: &Settings, key: &str) -> String {
    settings
        .config
        .iter()
        .find(|&(name, _)| name == key)
        .unwrap()
        .1
        .origin
        .clone()
}

#[test]
fn the_later_layer_wins_and_says_who_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, "profile = 'careful'\nkeep = ['byline']\njobs = 3\n").unwrap();
    let variables = [
        ("TEXTSIEVE_JOBS", "2"),
        ("TEXTSIEVE_DROP", "tags,menu"),
        ("PATH", "/bin"),
    ];
    let settings = load_with(&["--profile", "thorough"], Some(&file), &variables).unwrap();
    assert_eq!(settings.options.profile, Profile::Thorough);
    assert_eq!(settings.options.keep, [Reason::Byline]);
    assert_eq!(settings.options.drop, [Reason::Tags, Reason::Menu]);
    assert_eq!(settings.jobs, 2);
    assert_eq!(origin(&settings, "profile"), "--profile");
    assert_eq!(origin(&settings, "keep"), file.display().to_string());
    assert_eq!(origin(&settings, "jobs"), "TEXTSIEVE_JOBS");
    assert_eq!(origin(&settings, "tidy"), "default");
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, "profile = 'careful'\nprofil = 'x'\n").unwrap();
    let error = load_with(&["--config", file.to_str().unwrap()], None, &[]).unwrap_err();
    assert_eq!(error.exit(), crate::error::Exit::Usage);
    assert!(error.to_string().contains("unknown field `profil`"), "{error}");
    assert!(error.to_string().contains("config.toml:2"), "{error}");
}

#[test]
fn an_unknown_variable_is_refused_by_name() {
    let error = load_with(&[], None, &[("TEXTSIEVE_PROFIL", "careful")]).unwrap_err();
    assert!(error.to_string().contains("TEXTSIEVE_PROFIL"), "{error}");
}
