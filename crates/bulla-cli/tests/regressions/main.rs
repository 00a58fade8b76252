//! Bugs that these tests found, each with its story.

#[path = "../harness/mod.rs"]
mod harness;

mod broken_standard_error;
mod cache_deep_inside_the_tree;
mod clean_tells_what_it_did;
mod cleared_through_a_link;
mod clearing_after_a_torn_mark;
mod codes_above_127;
mod completions_without_settings;
mod control_characters;
mod flock_unknown;
mod full_directory_in_the_way;
mod full_standard_output;
mod generated_key_cut_off;
mod keys_from_elsewhere;
mod lines_of_one_s_own;
mod links_have_a_name;
mod no_path;
mod not_executable_in_path;
mod planted_quarantine;
mod read_only_without_a_directory;
mod reason_of_no_cache;
mod run_options_in_any_place;
mod run_says_what_it_does;
mod said_once;
mod secrets_in_settings;
mod short_time_to_live;
mod signal_while_starting;
mod size_limit_signal;
mod unreadable_entry;
mod usage_of_run;
mod wait_for_ever;
mod what_the_user_named;
