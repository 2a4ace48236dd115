//! The steps of a diagnosis, in their order.

use serde::Serialize;

use crate::table::Millis;

/// What a step is about, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepName {
    /// Settings and query make an address.
    Url,
    /// The page's Content Security Policy.
    Policy,
    /// Encryption of the page and of the connection.
    MixedContent,
    /// Permission to reach this machine or its network.
    LocalNetwork,
    /// The token that the connection opens with, where it has one.
    Token,
    /// Something answers: name, port, TLS.
    Server,
    /// What it answers over HTTP.
    Http,
    /// The WebSocket opens.
    Upgrade,
    /// Both sides agree on a subprotocol.
    Subprotocol,
    /// The body of a streamed response is of a kind that can be read.
    ContentType,
    /// What the protocol begins with; there may be several.
    Handshake,
    /// The server takes the subscription.
    Subscription,
    /// A first message comes.
    Message,
    /// The query's paths find something in it.
    Paths,
}

impl StepName {
    fn title(self) -> &'static str {
        match self {
            Self::Url => "Settings and URL",
            Self::Policy => "Page policy (CSP)",
            Self::MixedContent => "Mixed content",
            Self::LocalNetwork => "Local network permission",
            Self::Token => "Token",
            Self::Server => "Server (DNS, port, TLS)",
            Self::Http => "HTTP answer",
            Self::Upgrade => "WebSocket upgrade",
            Self::Subprotocol => "Subprotocol",
            Self::ContentType => "Content type",
            Self::Handshake => "Protocol handshake",
            Self::Subscription => "Subscription",
            Self::Message => "First message",
            Self::Paths => "What the query finds",
        }
    }
}

/// The steps over a WebSocket.
pub(super) const SOCKET_STEPS: [StepName; 13] = [
    StepName::Url,
    StepName::Policy,
    StepName::MixedContent,
    StepName::LocalNetwork,
    StepName::Token,
    StepName::Server,
    StepName::Http,
    StepName::Upgrade,
    StepName::Subprotocol,
    StepName::Handshake,
    StepName::Subscription,
    StepName::Message,
    StepName::Paths,
];

/// The steps over a streamed HTTP response.
pub(super) const HTTP_STEPS: [StepName; 10] = [
    StepName::Url,
    StepName::Policy,
    StepName::MixedContent,
    StepName::LocalNetwork,
    StepName::Token,
    StepName::Server,
    StepName::Http,
    StepName::ContentType,
    StepName::Message,
    StepName::Paths,
];

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Its turn has not come.
    Waiting,
    /// It is under way.
    Running,
    /// All is well.
    Passed,
    /// Here it stops, or this is what keeps rows from coming.
    Failed,
    /// There was no need for it, or no way to it.
    Skipped,
    /// A page cannot find out.
    Unknown,
}

impl StepState {
    /// The state in a word, for a text.
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }
}

/// One step; `DiagnosisStep` of the TypeScript declarations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisStep {
    /// What it is about.
    pub name: StepName,
    /// The same, to show.
    pub title: String,
    /// How it went.
    pub state: StepState,
    /// How long it took, where it took any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<Millis>,
    /// What was seen, as sentences; empty before its turn.
    pub text: String,
    /// What to do, as sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl DiagnosisStep {
    fn new(name: StepName) -> Self {
        Self {
            name,
            title: name.title().to_owned(),
            state: StepState::Waiting,
            ms: None,
            text: String::new(),
            advice: None,
        }
    }
}

/// The steps of a diagnosis, from the address to the values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ladder {
    steps: Vec<DiagnosisStep>,
    /// Goes up with every change.
    revision: u64,
}

impl Ladder {
    /// A ladder of these steps, none of which was taken.
    pub(super) fn new(names: &[StepName]) -> Self {
        Self {
            steps: names.iter().copied().map(DiagnosisStep::new).collect(),
            revision: 0,
        }
    }

    /// The steps.
    pub(super) fn steps(&self) -> &[DiagnosisStep] {
        &self.steps
    }

    /// Goes up with every change.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The last step of a name that was begun, or the first.
    #[inline(never)]
    fn step(&mut self, name: StepName) -> Option<&mut DiagnosisStep> {
        self.revision += 1;
        let is_begun = |step: &DiagnosisStep| step.state != StepState::Waiting;
        let last = |step: &DiagnosisStep| step.name == name && is_begun(step);
        let index = self.steps.iter().rposition(last);
        let index = index.or_else(|| self.steps.iter().position(|step| step.name == name))?;
        self.steps.get_mut(index)
    }

    /// A step is under way.
    pub(super) fn begin(&mut self, name: StepName, text: impl AsRef<str>) {
        self.write(name, StepState::Running, text.as_ref());
    }

    /// How a step went. What is not on this ladder is passed over.
    pub(super) fn set(&mut self, name: StepName, state: StepState, text: impl AsRef<str>) {
        self.write(name, state, text.as_ref());
    }

    /// Out of line: it is called from everywhere, and seldom.
    #[inline(never)]
    fn write(&mut self, name: StepName, state: StepState, text: &str) {
        if let Some(step) = self.step(name) {
            step.state = state;
            text.clone_into(&mut step.text);
        }
    }

    /// How long a step took.
    #[inline(never)]
    pub(super) fn took(&mut self, name: StepName, ms: Millis) {
        if let Some(step) = self.step(name) {
            step.ms = Some(ms.max(0.0));
        }
    }

    /// Here it stops: what was seen, and what to do.
    pub(super) fn fail(&mut self, name: StepName, text: &str, advice: String) {
        self.write(name, StepState::Failed, text);
        if let Some(step) = self.step(name) {
            step.advice = Some(advice);
        }
    }

    /// Another handshake step, after those that were begun.
    pub(super) fn begin_handshake(&mut self, text: &str) {
        let begun = |step: &DiagnosisStep| {
            step.name == StepName::Handshake && step.state != StepState::Waiting
        };
        if let Some(index) = self.steps.iter().rposition(begun) {
            self.steps
                .insert(index + 1, DiagnosisStep::new(StepName::Handshake));
            if let Some(step) = self.steps.get_mut(index + 1) {
                step.state = StepState::Running;
            }
        }
        self.begin(StepName::Handshake, text);
    }

    /// Whether the turn of a step has not come.
    pub(super) fn is_waiting(&self, name: StepName) -> bool {
        let is = |step: &DiagnosisStep| step.name == name && step.state == StepState::Waiting;
        self.steps.iter().any(is)
    }

    /// Whether a step has been taken, or is not on this ladder.
    pub(super) fn is_over(&self, name: StepName) -> bool {
        let is_open = |step: &DiagnosisStep| {
            step.name == name && matches!(step.state, StepState::Waiting | StepState::Running)
        };
        !self.steps.iter().any(is_open)
    }

    /// Whether nobody knows of a step how it is.
    pub(super) fn is_unknown(&self, name: StepName) -> bool {
        let is = |step: &DiagnosisStep| step.name == name && step.state == StepState::Unknown;
        self.steps.iter().any(is)
    }

    /// Whether a step was taken and went well.
    pub(super) fn has_passed(&self, name: StepName) -> bool {
        let is = |step: &DiagnosisStep| step.name == name && step.state == StepState::Passed;
        self.steps.iter().any(is)
    }

    /// Nothing more will be tried.
    pub(super) fn end(&mut self) {
        self.revision += 1;
        for step in &mut self.steps {
            if matches!(step.state, StepState::Waiting | StepState::Running) {
                step.state = StepState::Skipped;
                "Not reached.".clone_into(&mut step.text);
            }
        }
    }

    /// The steps as a text that can be sent to somebody.
    pub(super) fn text(&self) -> String {
        let lines = self.steps.iter().enumerate().map(|(index, step)| {
            let ms = step.ms.map(|ms| format!(" ({ms:.0} ms)"));
            let advice = step.advice.as_ref();
            let advice = advice.map(|advice| format!("\n   What to do: {advice}"));
            format!(
                "{}. {}: {}{}. {}{}",
                index + 1,
                step.title,
                step.state.word(),
                ms.unwrap_or_default(),
                step.text,
                advice.unwrap_or_default()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
