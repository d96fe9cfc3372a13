//! Matches CBOR items against CDDL (RFC 8610), as far as the grammars in `spec/` use it.
//!
//! Understood: rules without parameters, choices of types and groups, occurrences, cuts, ranges,
//! literals, tags and simple values with numbers or types, `.size` and `.cbor`, and of the prelude the
//! names in [`PRELUDE`]. Anything else is a panic, so that nothing is passed over in silence.

use cddl::ast::{
    CDDL, Group, GroupEntry, MemberKey, Occur, Occurrence, Operator, RangeCtlOp, Rule, Type, Type1, Type2,
    ValueMemberKeyEntry,
};
use cddl::token::{ControlOperator, TagConstraint, Value as Literal};
use geleit_cose::cbor::{Encoding, Limits, Value};
use std::collections::BTreeMap;

const PRELUDE: [&str; 10] =
    ["any", "bool", "bstr", "float", "int", "null", "true", "tstr", "uint", "undefined"];

/// Parsed rules.
pub(crate) struct Grammar<'a> {
    rules: BTreeMap<&'a str, Rule<'a>>,
}

type Outcome = Result<(), String>;

impl<'a> Grammar<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let CDDL { rules, .. } = cddl::cddl_from_str(text, true).unwrap();
        let mut named = BTreeMap::new();
        for rule in rules {
            let name = match &rule {
                Rule::Type { rule, .. } => rule.name.ident,
                Rule::Group { rule, .. } => rule.name.ident,
            };
            assert!(!PRELUDE.contains(&name), "{name} is a name of the prelude");
            assert!(named.insert(name, rule).is_none(), "{name} is defined twice");
        }
        Self { rules: named }
    }

    /// Names that no rule and no prelude defines.
    pub(crate) fn unknown_names(&self) -> Vec<String> {
        let mut used = Vec::new();
        for rule in self.rules.values() {
            match rule {
                Rule::Type { rule, .. } => names_in_type(&rule.value, &mut used),
                Rule::Group { rule, .. } => names_in_entry(&rule.entry, &mut used),
            }
        }
        used.retain(|name| !PRELUDE.contains(&name.as_str()) && !self.rules.contains_key(name.as_str()));
        used
    }

    pub(crate) fn matches(&self, rule: &str, item: &Value) -> Outcome {
        self.name(rule, item)
    }

    fn name(&self, name: &str, item: &Value) -> Outcome {
        let fits = match (name, item) {
            ("any", _)
            | ("bool", Value::Bool(_))
            | ("bstr", Value::Bytes(_))
            | ("float", Value::Float(_))
            | ("int", Value::Uint(_) | Value::Nint(_))
            | ("uint", Value::Uint(_))
            | ("null", Value::Null)
            | ("true", Value::Bool(true))
            | ("tstr", Value::Text(_))
            | ("undefined", Value::Undefined) => true,
            _ if PRELUDE.contains(&name) => false,
            _ => match self.rules.get(name) {
                Some(Rule::Type { rule, .. }) => {
                    return self.typ(&rule.value, item).map_err(|why| format!("{name}: {why}"));
                }
                Some(Rule::Group { .. }) => panic!("{name} is a group, not a type"),
                None => panic!("no rule {name}"),
            },
        };
        if fits { Ok(()) } else { Err(format!("{name} is required, found {}", show(item))) }
    }

    /// The reason is that of the last choice.
    fn typ(&self, typ: &Type<'a>, item: &Value) -> Outcome {
        let mut outcome = Err("no choice".to_owned());
        for choice in &typ.type_choices {
            outcome = self.type1(&choice.type1, item);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn type1(&self, typ: &Type1<'a>, item: &Value) -> Outcome {
        let Some(Operator { operator, type2: right, .. }) = &typ.operator else {
            return self.type2(&typ.type2, item);
        };
        let refused = || format!("{typ} is required, found {}", show(item));
        match operator {
            RangeCtlOp::RangeOp { is_inclusive: true, .. } => {
                let bounds = uint(&typ.type2)..=uint(right);
                let fits = matches!(item, Value::Uint(number) if bounds.contains(number));
                if fits { Ok(()) } else { Err(refused()) }
            }
            RangeCtlOp::CtlOp { ctrl: ControlOperator::SIZE, .. } => {
                self.type2(&typ.type2, item)?;
                let sizes = sizes(right);
                let fits = match item {
                    Value::Bytes(bytes) => sizes.contains(&bytes.len()),
                    Value::Text(text) => sizes.contains(&text.len()),
                    Value::Uint(number) => u128::from(*number) < 1 << (8 * sizes.end()),
                    _ => false,
                };
                if fits { Ok(()) } else { Err(refused()) }
            }
            RangeCtlOp::CtlOp { ctrl: ControlOperator::CBOR, .. } => {
                self.type2(&typ.type2, item)?;
                let Value::Bytes(bytes) = item else { return Err(refused()) };
                let limits = Limits { max_bytes: usize::MAX, ..Limits::REGISTER };
                let inside = Value::decode(bytes, &limits, Encoding::Tolerant);
                self.type2(right, &inside.map_err(|error| error.to_string())?)
            }
            _ => panic!("{typ} is not understood"),
        }
    }

    fn type2(&self, typ: &Type2<'a>, item: &Value) -> Outcome {
        let equal = |wanted: &Value| {
            if item == wanted { Ok(()) } else { Err(format!("{typ} is required, found {}", show(item))) }
        };
        match typ {
            Type2::IntValue { value, .. } => equal(&Value::int(i64::try_from(*value).unwrap())),
            Type2::UintValue { value, .. } => equal(&Value::Uint(u64::try_from(*value).unwrap())),
            Type2::TextValue { value, .. } => equal(&Value::text(value.as_ref())),
            Type2::Typename { ident, generic_args: None, .. } => self.name(ident.ident, item),
            Type2::ParenthesizedType { pt, .. } => self.typ(pt, item),
            Type2::Map { group, .. } => self.map(group, item),
            Type2::Array { group, .. } => self.array(group, item),
            Type2::TaggedData { tag: Some(tag), t, .. } => match item {
                Value::Tag(number, content) if self.number(tag, *number) => self.typ(t, content),
                _ => Err(format!("{typ} is required, found {}", show(item))),
            },
            Type2::DataMajorType { mt: 7, constraint: Some(number), .. } => match item {
                Value::Simple(found) if self.number(number, u64::from(*found)) => Ok(()),
                _ => Err(format!("{typ} is required, found {}", show(item))),
            },
            _ => panic!("{typ} is not understood"),
        }
    }

    /// The number of a tag or simple value: a literal or a type.
    fn number(&self, wanted: &TagConstraint<'a>, number: u64) -> bool {
        match wanted {
            TagConstraint::Literal(wanted) => *wanted == number,
            TagConstraint::Type(name) => self.name(name, &Value::Uint(number)).is_ok(),
        }
    }

    fn array(&self, group: &Group<'a>, item: &Value) -> Outcome {
        let Value::Array(items) = item else {
            return Err(format!("an array is required, found {}", show(item)));
        };
        match self.sequence(group, items)? {
            [] => Ok(()),
            rest => Err(format!("{} elements too many", rest.len())),
        }
    }

    /// What is left of `items` after the group (RFC 8610 section 2.1: greedy, first choice).
    fn sequence<'i>(&self, group: &Group<'a>, items: &'i [Value]) -> Result<&'i [Value], String> {
        let mut outcome = Err("no choice".to_owned());
        for choice in &group.group_choices {
            outcome =
                choice.group_entries.iter().try_fold(items, |rest, (entry, _)| self.elements(entry, rest));
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn elements<'i>(&self, entry: &GroupEntry<'a>, items: &'i [Value]) -> Result<&'i [Value], String> {
        let (least, most) = bounds(occurrence(entry));
        let mut rest = items;
        let mut count = 0;
        let mut why = "too few elements".to_owned();
        while count < most {
            match self.element(entry, rest) {
                Ok(left) => rest = left,
                Err(reason) => {
                    why = format!("element {}: {reason}", items.len() - rest.len());
                    break;
                }
            }
            count += 1;
        }
        if count < least { Err(why) } else { Ok(rest) }
    }

    fn element<'i>(&self, entry: &GroupEntry<'a>, items: &'i [Value]) -> Result<&'i [Value], String> {
        let one = |check: &dyn Fn(&Value) -> Outcome| {
            let (first, rest) = items.split_first().ok_or("an element is missing")?;
            check(first).map(|()| rest)
        };
        match entry {
            GroupEntry::ValueMemberKey { ge, .. } => one(&|item| self.typ(&ge.entry_type, item)),
            GroupEntry::TypeGroupname { ge, .. } => match self.rules.get(ge.name.ident) {
                Some(Rule::Group { rule, .. }) => self.elements(&rule.entry, items),
                _ => one(&|item| self.name(ge.name.ident, item)),
            },
            GroupEntry::InlineGroup { group, .. } => self.sequence(group, items),
        }
    }

    fn map(&self, group: &Group<'a>, item: &Value) -> Outcome {
        let Value::Map(entries) = item else {
            return Err(format!("a map is required, found {}", show(item)));
        };
        let all: Vec<&(Value, Value)> = entries.iter().collect();
        match self.members(group, &all)?.first() {
            None => Ok(()),
            Some((key, _)) => Err(format!("key {} is not allowed", show(key))),
        }
    }

    /// The entries that are left after the group.
    fn members<'i>(
        &self,
        group: &Group<'a>,
        entries: &[&'i (Value, Value)],
    ) -> Result<Vec<&'i (Value, Value)>, String> {
        let mut outcome = Err("no choice".to_owned());
        for choice in &group.group_choices {
            let start = entries.to_vec();
            outcome =
                choice.group_entries.iter().try_fold(start, |rest, (entry, _)| self.member(entry, &rest));
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn member<'i>(
        &self,
        entry: &GroupEntry<'a>,
        entries: &[&'i (Value, Value)],
    ) -> Result<Vec<&'i (Value, Value)>, String> {
        match entry {
            GroupEntry::ValueMemberKey { ge, .. } => self.keyed(ge, entries),
            GroupEntry::InlineGroup { occur: None, group, .. } => self.members(group, entries),
            GroupEntry::TypeGroupname { ge, .. } if ge.occur.is_none() => match self.rules.get(ge.name.ident)
            {
                Some(Rule::Group { rule, .. }) => self.member(&rule.entry, entries),
                _ => panic!("{entry} is not understood in a map"),
            },
            _ => panic!("{entry} is not understood in a map"),
        }
    }

    fn keyed<'i>(
        &self,
        entry: &ValueMemberKeyEntry<'a>,
        entries: &[&'i (Value, Value)],
    ) -> Result<Vec<&'i (Value, Value)>, String> {
        let key = entry.member_key.as_ref().expect("an entry of a map has a key");
        let (least, most) = bounds(entry.occur.as_ref());
        let (mut count, mut rest) = (0, Vec::new());
        for one in entries.iter().copied() {
            if count == most || !self.key(key, &one.0) {
                rest.push(one);
                continue;
            }
            match self.typ(&entry.entry_type, &one.1) {
                Ok(()) => count += 1,
                // RFC 8610 section 3.5.4: with a cut, no later entry gets another chance.
                Err(why) if is_cut(key) => return Err(format!("{}: {why}", show(&one.0))),
                Err(_) => rest.push(one),
            }
        }
        if count < least { Err(format!("{key} is missing")) } else { Ok(rest) }
    }

    fn key(&self, wanted: &MemberKey<'a>, key: &Value) -> bool {
        match wanted {
            MemberKey::Type1 { t1, .. } => self.type1(t1, key).is_ok(),
            MemberKey::Bareword { ident, .. } => *key == Value::text(ident.ident),
            MemberKey::Value { value, .. } => match value {
                Literal::INT(number) => *key == Value::int(i64::try_from(*number).unwrap()),
                Literal::UINT(number) => *key == Value::Uint(u64::try_from(*number).unwrap()),
                Literal::TEXT(text) => *key == Value::text(text.as_ref()),
                _ => panic!("{wanted} is not understood"),
            },
            MemberKey::NonMemberKey { .. } => panic!("{wanted} is not understood"),
        }
    }
}

/// RFC 8610 section 3.5.4: a key with a colon is one with a cut.
const fn is_cut(key: &MemberKey<'_>) -> bool {
    match key {
        MemberKey::Type1 { is_cut, .. } => *is_cut,
        MemberKey::Bareword { .. } | MemberKey::Value { .. } => true,
        MemberKey::NonMemberKey { .. } => false,
    }
}

const fn occurrence<'e, 'a>(entry: &'e GroupEntry<'a>) -> Option<&'e Occurrence<'a>> {
    match entry {
        GroupEntry::ValueMemberKey { ge, .. } => ge.occur.as_ref(),
        GroupEntry::TypeGroupname { ge, .. } => ge.occur.as_ref(),
        GroupEntry::InlineGroup { occur, .. } => occur.as_ref(),
    }
}

fn bounds(occurrence: Option<&Occurrence<'_>>) -> (usize, usize) {
    match occurrence.map(|one| one.occur) {
        None => (1, 1),
        Some(Occur::Optional { .. }) => (0, 1),
        Some(Occur::ZeroOrMore { .. }) => (0, usize::MAX),
        Some(Occur::OneOrMore { .. }) => (1, usize::MAX),
        Some(Occur::Exact { lower, upper, .. }) => (lower.unwrap_or(0), upper.unwrap_or(usize::MAX)),
    }
}

fn uint(typ: &Type2<'_>) -> u64 {
    match typ {
        Type2::UintValue { value, .. } => u64::try_from(*value).unwrap(),
        _ => panic!("{typ} is not understood as a bound"),
    }
}

/// The right side of `.size`: a number, or a range in parentheses.
fn sizes(typ: &Type2<'_>) -> std::ops::RangeInclusive<usize> {
    let size = |typ: &Type2<'_>| usize::try_from(uint(typ)).unwrap();
    let Type2::ParenthesizedType { pt, .. } = typ else { return size(typ)..=size(typ) };
    match pt.type_choices.as_slice() {
        [one] => match &one.type1.operator {
            Some(Operator { operator: RangeCtlOp::RangeOp { is_inclusive: true, .. }, type2, .. }) => {
                size(&one.type1.type2)..=size(type2)
            }
            _ => panic!("{typ} is not understood as a size"),
        },
        _ => panic!("{typ} is not understood as a size"),
    }
}

fn names_in_type(typ: &Type<'_>, names: &mut Vec<String>) {
    for choice in &typ.type_choices {
        names_in_type1(&choice.type1, names);
    }
}

fn names_in_type1(typ: &Type1<'_>, names: &mut Vec<String>) {
    names_in_type2(&typ.type2, names);
    if let Some(operator) = &typ.operator {
        names_in_type2(&operator.type2, names);
    }
}

fn names_in_type2(typ: &Type2<'_>, names: &mut Vec<String>) {
    match typ {
        Type2::Typename { ident, .. } => names.push(ident.ident.to_owned()),
        Type2::ParenthesizedType { pt, .. } => names_in_type(pt, names),
        Type2::Map { group, .. } | Type2::Array { group, .. } => names_in_group(group, names),
        Type2::TaggedData { tag, t, .. } => {
            if let Some(TagConstraint::Type(name)) = tag {
                names.push((*name).to_owned());
            }
            names_in_type(t, names);
        }
        Type2::DataMajorType { constraint: Some(TagConstraint::Type(name)), .. } => {
            names.push((*name).to_owned());
        }
        _ => {}
    }
}

fn names_in_group(group: &Group<'_>, names: &mut Vec<String>) {
    for choice in &group.group_choices {
        choice.group_entries.iter().for_each(|(entry, _)| names_in_entry(entry, names));
    }
}

fn names_in_entry(entry: &GroupEntry<'_>, names: &mut Vec<String>) {
    match entry {
        GroupEntry::ValueMemberKey { ge, .. } => {
            if let Some(MemberKey::Type1 { t1, .. }) = &ge.member_key {
                names_in_type1(t1, names);
            }
            names_in_type(&ge.entry_type, names);
        }
        GroupEntry::TypeGroupname { ge, .. } => names.push(ge.name.ident.to_owned()),
        GroupEntry::InlineGroup { group, .. } => names_in_group(group, names),
    }
}

/// An item on one line.
fn show(item: &Value) -> String {
    let limits = Limits { max_bytes: usize::MAX, ..Limits::REGISTER };
    geleit_cose::diagnostic::compact(&item.encode(), &limits).unwrap_or_else(|_| format!("{item:?}"))
}
