(** A model of the rules of the enclosure kind of witnesses: what boxes show by interval arithmetic is true on all of the domain. *)
From Coq Require Import Reals Lra Lia List QArith Qreals Bool.
From ManyFaces Require Import Inhabited Spaces.
Import ListNotations.
Open Scope R_scope.

Definition interval := (Q * Q)%type.
Definition holds (i : interval) (v : R) := Q2R (fst i) <= v <= Q2R (snd i).

(** Quantities in numbered variables; [Increasing f] is an increasing function by its number, such as exp, log or sqrt. *)
Inductive quantity :=
  | Number (c : Q) | Unknown (i : nat) | Added (a b : quantity) | Negated (a : quantity) | Multiplied (a b : quantity)
  | Divided (a b : quantity) | Power (a : quantity) (n : nat) | Magnitude (a : quantity)
  | Lesser (a b : quantity) | Greater (a b : quantity) | Increasing (f : nat) (a : quantity).
Inductive formula :=
  | Below (a b : quantity) | AtMost (a b : quantity) | Same (a b : quantity)
  | Both (p q : formula) | Either (p q : formula) | Denied (p : formula).

Section Rules.
(** What functions mean, where they are defined and increase; bounds of their values; rounding downward and upward. *)
Context (means : nat -> R -> R) (defined : nat -> R -> Prop) (bounds : nat -> Q -> option interval) (down up : Q -> Q).

Fixpoint value_of (env : nat -> R) (e : quantity) : R :=
  match e with
  | Number c => Q2R c | Unknown i => env i | Added a b => value_of env a + value_of env b | Negated a => - value_of env a
  | Multiplied a b => value_of env a * value_of env b | Divided a b => value_of env a / value_of env b
  | Power a n => value_of env a ^ n | Magnitude a => Rabs (value_of env a)
  | Lesser a b => Rmin (value_of env a) (value_of env b) | Greater a b => Rmax (value_of env a) (value_of env b)
  | Increasing f a => means f (value_of env a)
  end.
Fixpoint true_in (env : nat -> R) (p : formula) : Prop :=
  match p with
  | Below a b => value_of env a < value_of env b | AtMost a b => value_of env a <= value_of env b
  | Same a b => value_of env a = value_of env b
  | Both p q => true_in env p /\ true_in env q | Either p q => true_in env p \/ true_in env q | Denied p => ~ true_in env p
  end.

(** * The rules: intervals of expressions, None where a divisor may be 0 or a function undefined *)

Definition qmin (a b : Q) : Q := if Qle_bool a b then a else b.
Definition qmax (a b : Q) : Q := if Qle_bool a b then b else a.
Definition outward (i : interval) : interval := (down (fst i), up (snd i)).
Definition plus_i (x y : interval) : interval := outward (fst x + fst y, snd x + snd y)%Q.
Definition minus_i (x : interval) : interval := (- snd x, - fst x)%Q.
Definition times_i (x y : interval) : interval :=
  let ends := (fst x * fst y, fst x * snd y, snd x * fst y, snd x * snd y)%Q in
  let '(a, b, c, d) := ends in outward (qmin (qmin a b) (qmin c d), qmax (qmax a b) (qmax c d)).
Definition positive_q (a : Q) : bool := negb (Qle_bool a 0).
Definition inverse_i (x : interval) : option interval :=
  if (positive_q (fst x) || positive_q (- snd x))%bool then Some (/ snd x, / fst x)%Q else None.
(** Of an end; then of both ends, and 0 for an even power of what may be 0. *)
Fixpoint raised (c : Q) (n : nat) : interval := match n with O => (1, 1)%Q | S k => times_i (c, c) (raised c k) end.
Definition power_i (n : nat) (x : interval) : interval :=
  let (l, h) := (raised (fst x) n, raised (snd x) n) in
  (if (Nat.even n && negb (Nat.eqb n 0) && positive_q (- fst x) && positive_q (snd x))%bool then 0%Q else qmin (fst l) (fst h), qmax (snd l) (snd h)).
Definition magnitude_i (x : interval) : interval :=
  (qmax 0 (qmax (fst x) (- snd x)), qmax (snd x) (- fst x))%Q.
Definition at_ends (f : nat) (x : interval) : option interval :=
  match bounds f (fst x), bounds f (snd x) with Some l, Some h => Some (fst l, snd h) | _, _ => None end.
Definition two (op : interval -> interval -> interval) (x y : option interval) : option interval :=
  match x, y with Some x, Some y => Some (op x y) | _, _ => None end.

Fixpoint enclosed (box : nat -> interval) (e : quantity) : option interval :=
  match e with
  | Number c => Some (c, c) | Unknown i => Some (box i)
  | Added a b => two plus_i (enclosed box a) (enclosed box b) | Negated a => option_map minus_i (enclosed box a)
  | Multiplied a b => two times_i (enclosed box a) (enclosed box b)
  | Divided a b => match enclosed box b with Some y => two times_i (enclosed box a) (inverse_i y) | None => None end
  | Power a n => option_map (power_i n) (enclosed box a)
  | Magnitude a => option_map magnitude_i (enclosed box a)
  | Lesser a b => two (fun x y => (qmin (fst x) (fst y), qmin (snd x) (snd y))) (enclosed box a) (enclosed box b)
  | Greater a b => two (fun x y => (qmax (fst x) (fst y), qmax (snd x) (snd y))) (enclosed box a) (enclosed box b)
  | Increasing f a => match enclosed box a with Some x => at_ends f x | None => None end
  end.

(** Whether the first is less, or at most as much; None where the intervals overlap. *)
Definition less_i (strict : bool) (x y : interval) : option bool :=
  if (positive_q (fst y - snd x) || (negb strict && Qle_bool (snd x) (fst y)))%bool then Some true
  else if (positive_q (fst x - snd y) || (strict && Qle_bool (snd y) (fst x)))%bool then Some false else None.
Definition compared (box : nat -> interval) (c : interval -> interval -> option bool) (a b : quantity) : option bool :=
  match enclosed box a, enclosed box b with Some x, Some y => c x y | _, _ => None end.
Fixpoint decided (box : nat -> interval) (p : formula) : option bool :=
  match p with
  | Below a b => compared box (less_i true) a b | AtMost a b => compared box (less_i false) a b
  | Same a b => compared box (fun x y => if (positive_q (fst y - snd x) || positive_q (fst x - snd y))%bool then Some false else None) a b
  | Both p q => match decided box p with Some true => decided box q | other => other end
  | Either p q => match decided box p with Some false => decided box q | other => other end
  | Denied p => option_map negb (decided box p)
  end.
Definition is_true (b : option bool) : bool := match b with Some true => true | _ => false end.
Definition is_false (b : option bool) : bool := match b with Some false => true | _ => false end.

(** A box is done where a hypothesis is false or all conclusions are true; else its halves are, in any variable. *)
Definition halved (box : nat -> interval) (i : nat) (upper : bool) (j : nat) : interval :=
  if Nat.eqb j i then let middle := ((fst (box i) + snd (box i)) * (1 # 2))%Q in if upper then (middle, snd (box i)) else (fst (box i), middle)
  else box j.
Fixpoint enclosure_accepts (widest : (nat -> interval) -> nat) (steps : nat) (hypotheses conclusions : list formula) (box : nat -> interval) : bool :=
  (existsb (fun p => is_false (decided box p)) hypotheses || forallb (fun p => is_true (decided box p)) conclusions ||
   match steps with
   | O => false
   | S k => enclosure_accepts widest k hypotheses conclusions (halved box (widest box) false) &&
            enclosure_accepts widest k hypotheses conclusions (halved box (widest box) true)
   end)%bool.

(** * What they accept is true *)

Definition sound_rules := (forall q, Q2R (down q) <= Q2R q <= Q2R (up q)) /\
  (forall f q i, bounds f q = Some i -> defined f (Q2R q) /\ holds i (means f (Q2R q))) /\
  (forall f s t u, defined f s -> defined f u -> s <= t -> t <= u -> means f s <= means f t <= means f u).

Lemma qmin_R a b : Q2R (qmin a b) = Rmin (Q2R a) (Q2R b).
Proof.
  unfold qmin. destruct (Qle_bool a b) eqn:E.
  - apply Qle_bool_iff, Qle_Rle in E. rewrite Rmin_left; auto.
  - assert (~ (a <= b)%Q) by (rewrite <- Qle_bool_iff; congruence). apply Qnot_le_lt, Qlt_Rlt in H. rewrite Rmin_right; lra.
Qed.

Lemma qmax_R a b : Q2R (qmax a b) = Rmax (Q2R a) (Q2R b).
Proof.
  unfold qmax. destruct (Qle_bool a b) eqn:E.
  - apply Qle_bool_iff, Qle_Rle in E. rewrite Rmax_right; auto.
  - assert (~ (a <= b)%Q) by (rewrite <- Qle_bool_iff; congruence). apply Qnot_le_lt, Qlt_Rlt in H. rewrite Rmax_left; lra.
Qed.

Lemma zero_R : Q2R 0 = 0. Proof. unfold Q2R. simpl. ring. Qed.

Lemma positive_R a : positive_q a = true -> 0 < Q2R a.
Proof.
  unfold positive_q. intros H. apply negb_true_iff in H. assert (~ (a <= 0)%Q) as K by (rewrite <- Qle_bool_iff; congruence).
  apply Qnot_le_lt, Qlt_Rlt in K. rewrite zero_R in K. exact K.
Qed.

(** A product lies between those of the ends. *)
Lemma scaled_between a l h c : l <= a <= h -> Rmin (l * c) (h * c) <= a * c <= Rmax (l * c) (h * c).
Proof.
  intros H. destruct (Rle_dec 0 c) as [P|N].
  - split; [eapply Rle_trans; [apply Rmin_l|]|eapply Rle_trans; [|apply Rmax_r]]; nra.
  - split; [eapply Rle_trans; [apply Rmin_r|]|eapply Rle_trans; [|apply Rmax_l]]; nra.
Qed.

Lemma product_between a b l h k m : l <= a <= h -> k <= b <= m ->
  Rmin (Rmin (l * k) (l * m)) (Rmin (h * k) (h * m)) <= a * b <= Rmax (Rmax (l * k) (l * m)) (Rmax (h * k) (h * m)).
Proof.
  intros A B. pose proof (scaled_between a l h b A) as [X Y]. pose proof (scaled_between b k m l B) as [L1 L2].
  pose proof (scaled_between b k m h B) as [H1 H2]. rewrite !(Rmult_comm _ l) in L1, L2. rewrite !(Rmult_comm _ h) in H1, H2. split.
  - apply Rle_trans with (2 := X). apply Rmin_glb; [apply Rle_trans with (2 := L1), Rmin_l|apply Rle_trans with (2 := H1), Rmin_r].
  - apply Rle_trans with (1 := Y). apply Rmax_lub; [apply Rle_trans with (1 := L2), Rmax_l|apply Rle_trans with (1 := H2), Rmax_r].
Qed.

(** Powers between those of the ends: of an odd exponent they increase; an even one is that of the absolute value. *)
Lemma even_power a n : Nat.Even n -> a ^ n = Rabs a ^ n.
Proof. intros [k ->]. rewrite !pow_mult. f_equal. simpl. rewrite !Rmult_1_r. apply (Rsqr_abs a). Qed.

Lemma odd_power a n : Nat.Odd n -> a ^ n = - (- a) ^ n.
Proof. intros [k ->]. rewrite Nat.add_1_r, <- !tech_pow_Rmult, !pow_mult. replace ((- a) ^ 2) with (a ^ 2) by ring. ring. Qed.

Lemma powers_between l h a n : l <= a -> a <= h ->
  a ^ n <= Rmax (l ^ n) (h ^ n) /\ (Nat.Even n -> 0 <= a ^ n) /\
  (Nat.Odd n \/ n = 0%nat \/ 0 <= l \/ h <= 0 -> Rmin (l ^ n) (h ^ n) <= a ^ n).
Proof.
  intros L H. destruct (Nat.Even_or_Odd n) as [E|O].
  - rewrite (even_power a n E), (even_power l n E), (even_power h n E). assert (M : forall s t, Rabs s <= Rabs t -> Rabs s ^ n <= Rabs t ^ n) by (intros; apply pow_incr; split; [apply Rabs_pos|assumption]).
    split; [|split].
    + destruct (Rle_dec 0 a).
      * apply Rle_trans with (2 := Rmax_r _ _), M. rewrite !Rabs_right; lra.
      * apply Rle_trans with (2 := Rmax_l _ _), M. rewrite !Rabs_left1; lra.
    + intros _. apply pow_le, Rabs_pos.
    + intros [[k K]|[->|[P|N]]]; [destruct E; lia|simpl; apply Rmin_l| |].
      * apply Rle_trans with (1 := Rmin_l _ _), M. rewrite !Rabs_right; lra.
      * apply Rle_trans with (1 := Rmin_r _ _), M. rewrite !Rabs_left1; lra.
  - assert (M : forall s t, s <= t -> s ^ n <= t ^ n).
    { intros s t S. destruct (Rle_dec 0 s); [apply pow_incr; lra|]. rewrite (odd_power s n O). destruct (Rle_dec 0 t).
      - pose proof (pow_le (- s) n ltac:(lra)). pose proof (pow_le t n ltac:(lra)). lra.
      - rewrite (odd_power t n O). apply Ropp_le_contravar, pow_incr. lra. }
    split; [apply Rle_trans with (2 := Rmax_r _ _), M, H|]. split; [|intros _; apply Rle_trans with (1 := Rmin_l _ _), M, L].
    intros [k K]. destruct O. lia.
Qed.

Section Sound.
Context (sound : sound_rules).

Lemma outward_holds i v : Q2R (fst i) <= v <= Q2R (snd i) -> holds (outward i) v.
Proof. intros H. destruct sound as [D _]. pose proof (D (fst i)). pose proof (D (snd i)). unfold holds, outward. simpl. lra. Qed.

Lemma times_holds x y a b : holds x a -> holds y b -> holds (times_i x y) (a * b).
Proof.
  intros A B. apply outward_holds. simpl. rewrite !qmin_R, !qmax_R, !Q2R_mult. apply product_between; assumption.
Qed.

Lemma inverse_holds x y a : inverse_i x = Some y -> holds x a -> holds y (/ a).
Proof.
  unfold inverse_i. intros H [L U]. destruct (positive_q (fst x) || positive_q (- snd x))%bool eqn:E; [|discriminate]. injection H as <-.
  assert (N : ~ (fst x == 0)%Q /\ ~ (snd x == 0)%Q).
  { apply orb_true_iff in E as [E|E]; apply positive_R in E; rewrite ?Q2R_opp in E;
      split; intros Z; apply Qeq_eqR in Z; rewrite zero_R in Z; lra. }
  unfold holds. simpl. rewrite !Q2R_inv by apply N. apply orb_true_iff in E as [E|E]; apply positive_R in E.
  - split; apply Rinv_le_contravar; lra.
  - rewrite Q2R_opp in E.
    assert (R' : forall s t, s <= t -> t < 0 -> / t <= / s).
    { intros s t S T. apply Ropp_le_cancel. rewrite !Ropp_inv_permute by lra. apply Rinv_le_contravar; lra. }
    split; apply R'; lra.
Qed.

Lemma raised_holds c n : holds (raised c n) (Q2R c ^ n).
Proof. induction n; simpl; [unfold holds, Q2R; simpl; lra|]. apply times_holds; [unfold holds; simpl; lra|assumption]. Qed.

Lemma power_holds x a n : holds x a -> holds (power_i n x) (a ^ n).
Proof.
  intros [L U]. pose proof (raised_holds (fst x) n) as [A1 A2]. pose proof (raised_holds (snd x) n) as [B1 B2].
  pose proof (powers_between (Q2R (fst x)) (Q2R (snd x)) a n L U) as [P [H Z]].
  unfold holds, power_i. simpl. rewrite qmax_R. split.
  - destruct (Nat.even n && negb (Nat.eqb n 0) && positive_q (- fst x) && positive_q (snd x))%bool eqn:E.
    + rewrite zero_R. apply H. apply andb_true_iff in E as [E _]. apply andb_true_iff in E as [E _]. apply andb_true_iff in E as [E _].
      apply Nat.even_spec in E. exact E.
    + rewrite qmin_R. apply Rle_trans with (Rmin (Q2R (fst x) ^ n) (Q2R (snd x) ^ n)).
      * apply Rmin_glb; [apply Rle_trans with (1 := Rmin_l _ _); exact A1|apply Rle_trans with (1 := Rmin_r _ _); exact B1].
      * apply Z. destruct (Nat.even n) eqn:V; [|left; apply Nat.odd_spec; unfold Nat.odd; rewrite V; reflexivity]. right.
        destruct (Nat.eqb_spec n 0); [left; assumption|right]. simpl in E.
        destruct (positive_q (- fst x)) eqn:F; simpl in E.
        -- right. rewrite <- zero_R. apply Qle_Rle, Qle_bool_iff. apply negb_false_iff in E. exact E.
        -- left. apply negb_false_iff, Qle_bool_iff, Qle_Rle in F. rewrite zero_R, Q2R_opp in F. lra.
  - apply Rle_trans with (1 := P). apply Rmax_lub; [apply Rle_trans with (2 := Rmax_l _ _); exact A2|apply Rle_trans with (2 := Rmax_r _ _); exact B2].
Qed.

Lemma enclosed_holds box env e : (forall i, holds (box i) (env i)) -> forall x, enclosed box e = Some x -> holds x (value_of env e).
Proof.
  intros B. induction e; simpl; intros x E.
  - injection E as <-. unfold holds. simpl. lra.
  - injection E as <-. apply B.
  - destruct (enclosed box e1) as [y|], (enclosed box e2) as [z|]; try discriminate. injection E as <-.
    destruct (IHe1 _ eq_refl), (IHe2 _ eq_refl). apply outward_holds. simpl. rewrite !Q2R_plus. lra.
  - destruct (enclosed box e) as [y|]; [|discriminate]. injection E as <-. destruct (IHe _ eq_refl). unfold holds. simpl. rewrite !Q2R_opp. lra.
  - destruct (enclosed box e1) as [y|], (enclosed box e2) as [z|]; try discriminate. injection E as <-. apply times_holds; auto.
  - destruct (enclosed box e2) as [z|]; [|discriminate]. destruct (enclosed box e1) as [y|], (inverse_i z) as [r|] eqn:I; try discriminate.
    injection E as <-. apply times_holds; [auto|]. apply (inverse_holds z); auto.
  - destruct (enclosed box e) as [y|]; [|discriminate]. injection E as <-. apply power_holds, IHe, eq_refl.
  - destruct (enclosed box e) as [y|]; [|discriminate]. injection E as <-. destruct (IHe _ eq_refl). unfold holds, magnitude_i. simpl.
    rewrite !qmax_R, !Q2R_opp, zero_R. unfold Rabs. destruct Rcase_abs; split;
      [apply Rmax_lub; [lra|apply Rmax_lub; lra]|apply Rle_trans with (2 := Rmax_r _ _); lra
      |apply Rmax_lub; [lra|apply Rmax_lub; lra]|apply Rle_trans with (2 := Rmax_l _ _); lra].
  - destruct (enclosed box e1) as [y|], (enclosed box e2) as [z|]; try discriminate. injection E as <-.
    destruct (IHe1 _ eq_refl), (IHe2 _ eq_refl). unfold holds. simpl. rewrite !qmin_R. unfold Rmin. repeat destruct Rle_dec; lra.
  - destruct (enclosed box e1) as [y|], (enclosed box e2) as [z|]; try discriminate. injection E as <-.
    destruct (IHe1 _ eq_refl), (IHe2 _ eq_refl). unfold holds. simpl. rewrite !qmax_R. unfold Rmax. repeat destruct Rle_dec; lra.
  - destruct (enclosed box e) as [y|]; [|discriminate]. destruct (IHe _ eq_refl) as [L U]. unfold at_ends in E.
    destruct (bounds f (fst y)) as [l|] eqn:Bl, (bounds f (snd y)) as [h|] eqn:Bh; try discriminate. injection E as <-.
    destruct sound as [_ [Bd Inc]]. apply Bd in Bl as [Dl [Ll _]], Bh as [Dh [_ Hh]].
    pose proof (Inc f _ _ _ Dl Dh L U). unfold holds. simpl. lra.
Qed.

Lemma less_holds strict x y a b : holds x a -> holds y b -> 
  (less_i strict x y = Some true -> if strict then a < b else a <= b) /\ (less_i strict x y = Some false -> if strict then b <= a else b < a).
Proof.
  intros [A1 A2] [B1 B2]. unfold less_i.
  assert (LE : forall p q, Qle_bool p q = true -> Q2R p <= Q2R q) by (intros p q H; apply Qle_Rle, Qle_bool_iff, H).
  assert (LT : forall p q, positive_q (q - p) = true -> Q2R p < Q2R q) by (intros p q H; apply positive_R in H; rewrite Q2R_minus in H; lra).
  split; intros E.
  - destruct (positive_q (fst y - snd x) || (negb strict && Qle_bool (snd x) (fst y)))%bool eqn:C; [|destruct (_ || _)%bool in E; discriminate].
    apply orb_true_iff in C as [C|C]; [apply LT in C; destruct strict; lra|]. apply andb_true_iff in C as [S C]. apply LE in C. destruct strict; [discriminate|lra].
  - destruct (positive_q (fst y - snd x) || (negb strict && Qle_bool (snd x) (fst y)))%bool; [discriminate|].
    destruct (positive_q (fst x - snd y) || (strict && Qle_bool (snd y) (fst x)))%bool eqn:C; [|discriminate].
    apply orb_true_iff in C as [C|C]; [apply LT in C; destruct strict; lra|]. apply andb_true_iff in C as [S C]. apply LE in C. destruct strict; [lra|discriminate].
Qed.

Lemma decided_right box env p : (forall i, holds (box i) (env i)) ->
  (decided box p = Some true -> true_in env p) /\ (decided box p = Some false -> ~ true_in env p).
Proof.
  intros B. assert (C : forall c a b r, compared box c a b = Some r -> exists x y, holds x (value_of env a) /\ holds y (value_of env b) /\ c x y = Some r).
  { intros c a b r H. unfold compared in H. destruct (enclosed box a) as [x|] eqn:X, (enclosed box b) as [y|] eqn:Y; try discriminate.
    exists x, y. split; [apply (enclosed_holds box); assumption|]. split; [apply (enclosed_holds box); assumption|exact H]. }
  induction p; simpl.
  - split; intros H; apply C in H as [x [y [X [Y H]]]]; apply (less_holds true x y _ _ X Y) in H; lra.
  - split; intros H; apply C in H as [x [y [X [Y H]]]]; apply (less_holds false x y _ _ X Y) in H; lra.
  - split; intros H; apply C in H as [x [y [[X1 X2] [[Y1 Y2] H]]]]; destruct (_ || _)%bool eqn:E in H; try discriminate.
    apply orb_true_iff in E as [E|E]; apply positive_R in E; rewrite Q2R_minus in E; lra.
  - destruct IHp1 as [T1 F1], IHp2 as [T2 F2]. destruct (decided box p1) as [[]|]; split; intros H; try discriminate; intuition.
  - destruct IHp1 as [T1 F1], IHp2 as [T2 F2]. destruct (decided box p1) as [[]|]; split; intros H; try discriminate; intuition.
  - destruct IHp as [T F]. destruct (decided box p) as [[]|]; simpl; split; intros H; try discriminate; intuition.
Qed.

Lemma halved_holds box env i : (forall j, holds (box j) (env j)) ->
  (forall j, holds (halved box i false j) (env j)) \/ forall j, holds (halved box i true j) (env j).
Proof.
  intros B. set (m := ((fst (box i) + snd (box i)) * (1 # 2))%Q). destruct (Rle_dec (env i) (Q2R m)) as [L|U]; [left|right];
    intros j; unfold halved; destruct (Nat.eqb_spec j i) as [->|]; auto; destruct (B i); unfold holds; simpl; fold m; lra.
Qed.
End Sound.
End Rules.

Theorem enclosure_certificate : forall means defined bounds down up widest steps hypotheses conclusions box,
  sound_rules means defined bounds down up -> enclosure_accepts bounds down up widest steps hypotheses conclusions box = true ->
  forall env, (forall i, holds (box i) (env i)) -> (forall p, In p hypotheses -> true_in means env p) ->
  forall p, In p conclusions -> true_in means env p.
Proof.
  intros means defined bounds down up widest steps hyps concls box sound A env B H p I. revert box A B.
  induction steps; intros box A B; simpl in A; apply orb_true_iff in A as [A|A]; try discriminate;
    try (apply orb_true_iff in A as [A|A];
      [apply existsb_exists in A as [q [J F]]; exfalso; apply (proj2 (decided_right means defined bounds down up sound box env q B)); [destruct (decided _ _ _ box q) as [[]|]; auto; discriminate|auto]
      |rewrite forallb_forall in A; specialize (A p I); apply (proj1 (decided_right means defined bounds down up sound box env p B)); destruct (decided _ _ _ box p) as [[]|]; auto; discriminate]).
  apply andb_true_iff in A as [A1 A2]. destruct (halved_holds box env (widest box) B) as [K|K]; [apply (IHsteps _ A1 K)|apply (IHsteps _ A2 K)].
Qed.

(** For x in [1, 2]: x^2 <= 2 x + 1 is shown in a few halvings; x^2 < 3 is not, unless x <= 3/2 is supposed. *)
Definition whole (q : Q) := q.
Definition no_functions (f : nat) (q : Q) : option interval := None.
Definition shows := enclosure_accepts no_functions whole whole (fun _ => 0%nat) 4.
Definition one_to_two (i : nat) : interval := (1, 2)%Q.
Definition square_below (c : Q) : formula := Below (Power (Unknown 0) 2) (Number c).

Lemma test_enclosure_accepts : let x := Unknown 0 in
  shows [] [AtMost (Power x 2) (Added (Multiplied (Number 2) x) (Number 1))] one_to_two = true /\
  shows [] [square_below 3] one_to_two = false /\ shows [AtMost x (Number (3 # 2))] [square_below 3] one_to_two = true /\
  shows [] [Denied (Same (Divided (Number 1) x) (Magnitude (Negated (Added x (Number 1)))))] one_to_two = true /\
  shows [] [AtMost (Lesser x (Number 1)) (Greater x (Number 1))] one_to_two = true.
Proof. vm_compute. repeat split. Qed.

Lemma enclosure_certificate_inhabited : ltac:(inhabited enclosure_certificate).
Proof.
  exists (fun _ t => t), (fun _ _ => True), no_functions, whole, whole, (fun _ => 0%nat), 4%nat.
  exists [AtMost (Unknown 0) (Number (3 # 2))], [square_below 3], one_to_two. split.
  - split; [intros; unfold whole; lra|]. split; [intros f q i H; discriminate|intros; lra].
  - split; [apply test_enclosure_accepts|]. exists (fun _ => 1). split; [intros i; unfold holds, Q2R; simpl; lra|].
    split; [intros p [<-|[]]; unfold Q2R; simpl; lra|]. exists (square_below 3). left. reflexivity.
Qed.
