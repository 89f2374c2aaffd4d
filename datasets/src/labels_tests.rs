//! Tables of every form, and rows that can't be used.
#![allow(clippy::unwrap_used)]
use super::*;

fn read_as(name: &str, text: &str, pairs: &[(&str, &str)]) -> Result<Rows, String> {
    let pairs: Vec<_> = pairs.iter().map(|(k, c)| ((*k).to_owned(), (*c).to_owned())).collect();
    let table = Table::parse(Path::new(name), text.as_bytes()).map_err(|e| e.to_string())?;
    read(&table, &Columns::new(&pairs).unwrap()).map_err(|e| e.to_string())
}

fn table(text: &str) -> Result<Vec<(String, Row)>, String> {
    Ok(read_as("metadata.csv", text, &[])?.rows)
}

fn gaze_of(pitch: f32, yaw: f32) -> Option<Gaze> {
    Some(Gaze { pitch, yaw })
}

#[test]
fn columns_are_found_by_name_and_others_are_kept() {
    let text = "yaw_rad,note,file_name,subject,pitch_rad\n\
                -0.25,\"blinks, a bit\",b.png,p07,1e-3\n\
                ,,a.png,,\n";
    let rows = read_as("metadata.csv", text, &[]).unwrap();
    let b = Row {
        gaze: gaze_of(1e-3, -0.25),
        subject: Some("p07".into()),
        extra: vec!["blinks, a bit".into()],
        ..Row::default()
    };
    let a = Row { extra: vec![String::new()], ..Row::default() };
    assert_eq!(rows.rows, [("b.png".to_owned(), b), ("a.png".to_owned(), a)]);
    assert_eq!(rows.extra, ["note"]);
}

#[test]
fn person_head_side_and_mirror_are_read_with_gaze_and_without() {
    let rows = table(
        "file_name,pitch_rad,yaw_rad,person,head_yaw_rad,mirrored,side\n\
         a.png,-0.17,0.09,c0013,-0.26,1,Right\nb.png,0.1,0.2,,,,\n",
    )
    .unwrap();
    let head = |pitch| Some(HeadDirection { pitch, yaw: -0.26 });
    let subject = Some("c0013".to_owned());
    let a = Row {
        gaze: gaze_of(-0.17, 0.09),
        subject: subject.clone(),
        head: head(None),
        side: Some(Side::Right),
        mirrored: Some(true),
        ..Row::default()
    };
    assert_eq!(rows[0].1, a);
    assert_eq!(rows[1].1, Row { gaze: gaze_of(0.1, 0.2), ..Row::default() });

    let rows = table(
        "file_name,subject,head_pitch_rad,head_yaw_rad,mirrored\na.png,c0013,0.05,-0.26,false\n",
    )
    .unwrap();
    let expected = Row { subject, head: head(Some(0.05)), mirrored: Some(false), ..Row::default() };
    assert_eq!(rows[0].1, expected);
}

#[test]
fn a_gaze_is_read_in_every_form_that_somebody_names() {
    let expected = Gaze { pitch: 0.1, yaw: -0.2 };
    let [x, y, z] = <[f64; 3]>::from(expected.to_vector());
    type Case<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);
    let cases: [Case<'_>; 5] = [
        ("t.csv", "file,pitch_deg,yaw_deg\na,5.729578,-11.459156\n".into(), &[]),
        ("t.csv", "img,p,q\na,0.1,-0.2\n".into(), &[("file", "img"), ("pitch", "p"), ("yaw", "q")]),
        ("t.csv", format!("file,g\na,\"[{x}, {y}, {z}]\"\n"), &[("gaze", "g")]),
        ("t.csv", format!("file,a,b,c\na,{x},{y},{z}\n"), &[("x", "a"), ("y", "b"), ("z", "c")]),
        ("t.jsonl", format!("{{\"file\": \"a\", \"g\": [{x}, {y}, {z}]}}\n"), &[("gaze", "g")]),
    ];
    for (name, text, pairs) in cases {
        let rows = read_as(name, &text, pairs).unwrap().rows;
        let gaze = rows[0].1.gaze.unwrap();
        assert!(gaze.angle_to(expected) < 1e-6, "{text}: {gaze:?}");
    }
    // A vector with y and z of another frame looks away, and is not turned over by a guess.
    let error = read_as("t.csv", "file,g\na,0.1 0.2 0.9\n", &[("gaze", "g")]).unwrap_err();
    assert!(error.contains("t.csv:2: field `g`") && error.contains("looks away"), "{error}");
}

#[test]
fn what_looks_like_a_gaze_and_nobody_explains_is_an_error_with_a_hint() {
    for (text, hint) in [
        ("image,pitch,yaw\na.png,0,0\n", "--columns file=image,pitch=pitch,yaw=yaw"),
        ("file,pitch,yaw\na.png,0,0\n", "--columns pitch=pitch,yaw=yaw"),
        ("file,gaze_x,gaze_y,gaze_z\na.png,0,0,-1\n", "--columns"),
        ("file_name,pitch_rad\na.png,0\n", "--columns yaw=NAME"),
        ("a,b\n", "there are the columns a, b; needed are file_name (or file)"),
    ] {
        let error = table(text).unwrap_err();
        assert!(error.starts_with("metadata.csv: its labels can't be used"), "{error}");
        assert!(error.contains(hint) && error.contains("--unlabelled"), "{error}");
    }
}

#[test]
fn errors_name_line_field_and_remedy() {
    let head = "file_name,pitch_rad,yaw_rad\n";
    let cases = [
        (
            "file_name,mirrored\na.png,maybe\n",
            "metadata.csv:2: field `mirrored`: \"maybe\" is no truth value",
        ),
        ("file_name,side\na.png,up\n", "metadata.csv:2: field `side`: \"up\" is no side"),
        ("b.png,0,0\na.png,0.1,left\n", "metadata.csv:3: field `yaw_rad`: \"left\" is not"),
        ("a.png,inf,0\n", "metadata.csv:2: field `pitch_rad`: \"inf\" is not a finite number"),
        ("a.png,NaN,0\n", "metadata.csv:2: field `pitch_rad`: it is empty and the other"),
        ("a.png,0.1,\n", "metadata.csv:2: field `yaw_rad`: it is empty and the other"),
        ("a.png,5.5,-10\n", "metadata.csv:2: field `pitch_rad`: 5.5 is no angle from -1.5708"),
        ("../a.png,0,0\n", "metadata.csv:2: field `file_name`: \"../a.png\" is no path"),
        ("C:\\a.png,0,0\n", "metadata.csv:2: field `file_name`: \"C:/a.png\" is no path"),
        (
            "a.png,0,0\n./a.png,0,0\n",
            "metadata.csv:3: field `file_name`: \"a.png\" has a row already",
        ),
        ("a.png,0\n", "metadata.csv:2: field `all`"),
    ];
    for (k, (rows, expected)) in cases.into_iter().enumerate() {
        let text = if k < 2 { rows.to_owned() } else { format!("{head}{rows}") };
        let error = table(&text).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
