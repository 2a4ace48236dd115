//! Texts of an endpoint, which are its subprotocols and the values in its query string, with `${token}`,
//! `${options.name}` and `${params.name}` in them.
//!
//! [`source`](crate::source) compiles and checks them, [`session`](crate::session) fills them in before each attempt to
//! connect.

use serde_json::Value;

use super::places::Places;
use super::template::{FillValues, MessageTemplate, ORIGINS, Origins, Variable};
use crate::error::Error;
use crate::protocol::contract::Params;

/// A compiled text of an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointText {
    written: String,
    template: MessageTemplate,
}

impl EndpointText {
    /// Compiles `text`, the value of `field`, given what the data source tells its preset and whether it has a token.
    ///
    /// # Errors
    /// A `${…}` that is not closed, not known, or stands for nothing.
    pub fn compile(
        field: &str,
        text: &str,
        options: &Params,
        has_token: bool,
    ) -> Result<Self, Error> {
        let wrong = |problem: String| Error::new(field, text, problem);
        let nothing = |shown: &str| {
            wrong(format!(
                "{shown} is not a known placeholder here; use ${{token}}, ${{options.…}} or ${{params.…}}"
            ))
        };
        let json = Value::from(text);
        let template = MessageTemplate::compile(&json, &mut Places::default());
        let compiled = Self {
            written: text.to_owned(),
            template: template.map_err(|(shown, problem)| match problem.as_str() {
                ORIGINS => nothing(&shown),
                _ => wrong(problem),
            })?,
        };
        for variable in compiled.variables() {
            let name = &variable.name;
            match &variable.origin {
                Origins::Param(_) => {}
                Origins::Token | Origins::Option(_) if variable.is_optional => {}
                Origins::Token if has_token => {}
                Origins::Token => {
                    let problem = "the data source has no token; set token, or remove ${token}";
                    return Err(wrong(problem.to_owned()));
                }
                Origins::Option(option) => match options.get(option) {
                    Some(value) if is_given(value) => {}
                    _ => {
                        let problem = format!("{name} is not set; set it, or remove ${{{name}}}");
                        return Err(wrong(problem));
                    }
                },
                Origins::Id
                | Origins::Now
                | Origins::Connection(_)
                | Origins::Subscription(_)
                | Origins::Resume(_)
                | Origins::Message(_) => return Err(nothing(&format!("${{{name}}}"))),
            }
        }
        Ok(compiled)
    }

    /// The text as it is written.
    pub fn written(&self) -> &str {
        &self.written
    }

    fn variables(&self) -> Vec<&Variable> {
        let mut all = Vec::new();
        self.template.variables(&mut all);
        all
    }

    /// Whether the token stands in it.
    pub fn uses_token(&self) -> bool {
        self.template.uses(|origin| *origin == Origins::Token)
    }

    /// What queries say to it in `params`: names, and whether each has to be said.
    pub fn params(&self) -> impl Iterator<Item = (&str, bool)> {
        let variables = self.variables().into_iter();
        variables.filter_map(|variable| match &variable.origin {
            Origins::Param(name) => Some((name.as_str(), !variable.is_optional)),
            _ => None,
        })
    }

    /// Checks what a query says.
    ///
    /// # Errors
    /// The first param that is missing, or cannot be used.
    pub fn check(&self, params: &Params) -> Result<(), Error> {
        for variable in self.variables() {
            let Origins::Param(name) = &variable.origin else {
                continue;
            };
            let field = format!("params.{name}");
            match params.get(name).filter(|value| is_given(value)) {
                None if variable.is_optional => {}
                None => {
                    let more = ": the address of the data source uses it";
                    return Err(Error::missing(field, name, more));
                }
                Some(value) => {
                    if let Some(problem) = variable.fault(value) {
                        return Err(Error::new(field, value, problem));
                    }
                }
            }
        }
        Ok(())
    }

    /// The text with everything filled in; `None` where it holds something that is not there.
    pub fn fill(&self, options: &Params, params: &Params, token: Option<&str>) -> Option<String> {
        let none = Params::new();
        let values = FillValues {
            id: None,
            token,
            now: 0.0,
            params,
            options,
            connection: &none,
            subscription: &none,
            resume: &none,
            message: None,
        };
        self.template.message(&values).ok().flatten()
    }
}

/// Not what an empty text field stores.
fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn given(json: &str) -> Params {
        serde_json::from_str(json).unwrap()
    }

    fn options() -> Params {
        given(r#"{"user":"ann","port":7,"unset":""}"#)
    }

    fn filled(text: &str, params: &str) -> Option<String> {
        let text = EndpointText::compile("query.key", text, &options(), true).unwrap();
        text.fill(&options(), &given(params), Some("t-1"))
    }

    #[test]
    fn stand_for_the_token_for_options_and_for_params() {
        let says = |text: &str| filled(text, r#"{"topic":"a b","n":[1]}"#).unwrap();
        assert_eq!(says("${token}"), "t-1");
        assert_eq!(
            says("a.${ token }.${options.user}:${options.port}"),
            "a.t-1.ann:7"
        );
        assert_eq!(says("costs $5 {token}"), "costs $5 {token}");
        assert_eq!(says("${params.topic}/${params.n}"), "a b/[1]");
        assert_eq!(says("${params.none?all}"), "all");
        let uses_token = |text| {
            let text = EndpointText::compile("f", text, &given(r#"{"token":1}"#), true);
            text.unwrap().uses_token()
        };
        assert!(uses_token("x${token}") && !uses_token("token") && !uses_token("${options.token}"));
    }

    #[test]
    fn what_a_query_does_not_say_leaves_the_parameter_out() {
        assert_eq!(filled("${params.limit?}", "{}"), None);
        assert_eq!(filled("${params.limit}", r#"{"limit":""}"#), None);
        assert_eq!(filled("n${params.limit?}", "{}"), Some("n".to_owned()));
    }

    #[test]
    fn params_are_checked() {
        let text = |text| EndpointText::compile("f", text, &options(), false).unwrap();
        let names = text("${params.a}-${params.b?}-${token?}");
        assert_eq!(
            names.params().collect::<Vec<_>>(),
            [("a", true), ("b", false)]
        );
        let error = names.check(&given(r#"{"a":""}"#)).unwrap_err();
        assert_eq!(error.field(), "params.a");
        assert_eq!(names.check(&given(r#"{"a":1}"#)), Ok(()));
        let error = text("${params.a|json}")
            .check(&given(r#"{"a":"{"}"#))
            .unwrap_err();
        assert!(error.problem().contains("must be JSON"), "{error}");
    }

    #[test]
    fn what_stands_for_nothing_is_named() {
        let cases = [
            ("${token}", "has no token"),
            ("${options.pass}", "options.pass is not set"),
            ("${options.unset}", "options.unset is not set"),
            ("${tok}", "${tok} is not a known placeholder"),
            ("${id}", "${id} is not a known placeholder"),
            ("${params.x|xml}", "not a conversion"),
            ("a${token", "close the ${"),
        ];
        for (text, says) in cases {
            let error = EndpointText::compile("query.key", text, &options(), false).unwrap_err();
            assert_eq!((error.field(), error.value()), ("query.key", text));
            assert!(error.problem().contains(says), "{error}");
        }
    }

    proptest! {
        #[test]
        fn whatever_can_be_compiled_can_be_filled_in(
            text in "(\\$|\\{|\\}|token|options\\.user|params\\.a|x| ){0,8}"
        ) {
            if let Ok(compiled) = EndpointText::compile("f", &text, &options(), true) {
                let said = compiled.params().map(|(name, _)| (name.to_owned(), "A".into()));
                let filled = compiled.fill(&options(), &said.collect(), Some("T")).unwrap();
                prop_assert_eq!(filled.contains('T'), compiled.uses_token());
                prop_assert_eq!(filled.contains('A'), compiled.params().next().is_some());
            }
        }
    }
}
