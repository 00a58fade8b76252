use std::process::Command;

/// Takes every `BULLA_*` variable out of a child's environment: the key reaches nobody else, and neither does
/// where it comes from.
pub(crate) fn without_secrets(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"BULLA_") {
            command.env_remove(name);
        }
    }
    command
}
