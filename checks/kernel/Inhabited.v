(** What shows that a theorem is not true for want of cases: an instance in which all of its hypotheses are true.

    [Lemma name_inhabited : ltac:(inhabited name).] stands beside a theorem [name] that has hypotheses. What it says is
    computed from the theorem: that for each part of the conclusion some variables fulfil all that is supposed of them on
    the way to it. Of an equivalence the first side is to be true in the instance. A refutation needs none. *)

Definition both (P Q : Prop) := P /\ Q.

(** The hypothesis [P] of each of the parts [T]. *)
Ltac also P T :=
  lazymatch T with
  | both ?A ?B => let a := also P A in let b := also P B in constr:(both a b)
  | True => P
  | _ => constr:(P /\ T)
  end.

(** The variable of each of the parts under it, where anything is supposed of it. *)
Ltac some m :=
  lazymatch m with
  | fun x => both (@?A x) (@?B x) => let a := some A in let b := some B in constr:(both a b)
  | fun _ => True => constr:(True)
  | _ => constr:(ex m)
  end.

Ltac supposed T :=
  lazymatch eval cbv beta zeta in T with
  | ~ _ => constr:(True)
  | ?A /\ ?B =>
      let a := supposed A in let b := supposed B in
      lazymatch a with
      | True => b
      | _ => lazymatch b with True => a | _ => constr:(both a b) end
      end
  | ?A <-> _ => A
  | ?A -> ?B =>
      let b := supposed B in
      lazymatch type of A with Prop => also A b | _ => some constr:(fun _ : A => b) end
  | forall x : ?A, @?B x =>
      let y := fresh x in
      let m := constr:(fun y : A => ltac:(let b := supposed (B y) in exact b)) in
      let P := some m in
      lazymatch P with True => lazymatch type of A with Prop => A | _ => P end | _ => P end
  | _ => constr:(True)
  end.

Ltac inhabited theorem := let T := type of theorem in let P := supposed T in exact P.

(** What is asked of a theorem that has no such lemma, and of one that has. *)
Ltac unconditional theorem := let T := type of theorem in let P := supposed T in lazymatch P with True => idtac end.
Ltac shown theorem lemma := let T := type of theorem in let P := supposed T in assert P by exact lemma.
