//! A CycloneDX document of any length, of which no more than one component exists at a time.

use std::io::{self, Cursor, Read};

/// The document, as it is read.
pub(crate) struct GeneratedSbom {
    part: Cursor<String>,
    made: u64,
    components: u64,
    is_closed: bool,
}

impl GeneratedSbom {
    /// A document with so many components.
    pub(crate) fn of(components: u64) -> Self {
        let head = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":["#;
        Self { part: Cursor::new(head.to_owned()), made: 0, components, is_closed: false }
    }

    /// The next part, empty at the end.
    fn next_part(&mut self) -> String {
        if self.made == self.components {
            let end = if self.is_closed { "" } else { "]}" };
            self.is_closed = true;
            return end.to_owned();
        }
        let comma = if self.made == 0 { "" } else { "," };
        let number = self.made;
        self.made += 1;
        // What syft says of a package in a lock file, and as long.
        format!(
            r#"{comma}{{"bom-ref":"pkg:npm/package-{number}@1.2.3?package-id={number:016x}","type":"library","name":"package-{number}","version":"1.2.3","licenses":[{{"license":{{"id":"MIT"}}}}],"cpe":"cpe:2.3:a:package-{number}:package-{number}:1.2.3:*:*:*:*:*:*:*","purl":"pkg:npm/package-{number}@1.2.3","properties":[{{"name":"syft:package:foundBy","value":"javascript-lock-cataloger"}},{{"name":"syft:package:language","value":"javascript"}},{{"name":"syft:package:type","value":"npm"}},{{"name":"syft:package:metadataType","value":"javascript-npm-package-lock-entry"}},{{"name":"syft:location:0:path","value":"/package-lock.json"}}]}}"#
        )
    }
}

impl Read for GeneratedSbom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.part.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        self.part = Cursor::new(self.next_part());
        self.part.read(buffer)
    }
}
