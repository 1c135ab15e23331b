(** The linear and the identity kind of witnesses: what the verifier's rules accept is true for all reals. *)
From Coq Require Import Reals Lra Lia List QArith Qreals.
From ManyFaces Require Import Inhabited Spaces.
Import ListNotations.
Open Scope R_scope.

(** Expressions in variables, which are numbered, with rational constants; and comparisons of one with 0. *)
Inductive term := Constant (c : Q) | Letter (i : nat) | Add (a b : term) | Multiply (a b : term).
Inductive sort := AtLeast | More | Equal.
Definition relation := (term * sort)%type.

Fixpoint meaning (env : nat -> R) (t : term) : R :=
  match t with
  | Constant c => Q2R c
  | Letter i => env i
  | Add a b => meaning env a + meaning env b
  | Multiply a b => meaning env a * meaning env b
  end.
Definition compares (s : sort) (v : R) : Prop := match s with AtLeast => 0 <= v | More => 0 < v | Equal => v = 0 end.
Definition true_at (env : nat -> R) (r : relation) : Prop := compares (snd r) (meaning env (fst r)).

(** Polynomials: coefficients of monomials, which are sorted lists of variables. *)
Definition polynomial := list (list nat * Q).
Fixpoint sorted_in (i : nat) (m : list nat) : list nat :=
  match m with [] => [i] | j :: more => if (i <=? j)%nat then i :: m else j :: sorted_in i more end.
Definition joined (m n : list nat) : list nat := fold_right sorted_in n m.
Fixpoint added (m : list nat) (c : Q) (p : polynomial) : polynomial :=
  match p with
  | [] => [(m, c)]
  | (n, d) :: more => if list_eq_dec Nat.eq_dec m n then (n, c + d)%Q :: more else (n, d) :: added m c more
  end.
Definition plus_polynomial (p q : polynomial) : polynomial := fold_right (fun mc => added (fst mc) (snd mc)) q p.
Definition times_monomial (m : list nat) (c : Q) (q : polynomial) : polynomial :=
  fold_right (fun nd => added (joined m (fst nd)) (c * snd nd)%Q) [] q.
Definition times_polynomial (p q : polynomial) : polynomial :=
  fold_right (fun mc => plus_polynomial (times_monomial (fst mc) (snd mc) q)) [] p.
Fixpoint expanded (t : term) : polynomial :=
  match t with
  | Constant c => [([], c)]
  | Letter i => [([i], 1%Q)]
  | Add a b => plus_polynomial (expanded a) (expanded b)
  | Multiply a b => times_polynomial (expanded a) (expanded b)
  end.

(** The rules: [rest] starts as the goal, and each hypothesis times its multiplier is taken away. *)
Fixpoint combination (rest : polynomial) (known : list (Q * relation)) : polynomial :=
  match known with
  | [] => rest
  | (c, (t, _)) :: more => combination (plus_polynomial (times_monomial [] (- c)%Q (expanded t)) rest) more
  end.
Definition is_zero (c : Q) : bool := Qeq_bool c 0.
Definition positive_number (c : Q) : bool := (Qle_bool 0 c && negb (is_zero c))%bool.
Definition allowed (goal : sort) (c : Q) (s : sort) : bool :=
  match s, goal with Equal, _ => true | _, Equal => is_zero c | _, _ => Qle_bool 0 c end.
Definition strict (known : list (Q * relation)) : bool :=
  existsb (fun k => match snd (snd k) with More => positive_number (fst k) | _ => false end) known.
Definition no_variables (p : polynomial) : bool :=
  forallb (fun mc => match fst mc with [] => true | _ => is_zero (snd mc) end) p.
Definition slack (p : polynomial) : Q := fold_right (fun mc s => match fst mc with [] => (snd mc + s)%Q | _ => s end) 0%Q p.
Definition linear_accepts (known : list (Q * relation)) (goal : relation) : bool :=
  let rest := combination (expanded (fst goal)) known in
  (forallb (fun k => allowed (snd goal) (fst k) (snd (snd k))) known && no_variables rest &&
   match snd goal with
   | AtLeast => Qle_bool 0 (slack rest)
   | More => Qle_bool 0 (slack rest) && (strict known || negb (is_zero (slack rest)))
   | Equal => is_zero (slack rest)
   end)%bool.
Definition identity_accepts (a b : term) : bool :=
  forallb (fun mc => is_zero (snd mc)) (expanded (Add a (Multiply (Constant (-1)%Q) b))).

(** x >= 1 and y > 2 show 2 x + y > 4, with the multipliers 2 and 1; not 2 x + y > 5. (x + y) (x - y) = x^2 - y^2. *)
Lemma test_accepts : let x := Letter 0 in let y := Letter 1 in let less c t := Add t (Constant (- c)%Q) in
  let known := [(2%Q, (less 1%Q x, AtLeast)); (1%Q, (less 2%Q y, More))] in
  linear_accepts known (less 4%Q (Add (Multiply (Constant 2%Q) x) y), More) = true /\
  linear_accepts known (less 5%Q (Add (Multiply (Constant 2%Q) x) y), More) = false /\
  linear_accepts [((-1)%Q, (x, AtLeast))] (Multiply (Constant (-1)%Q) x, AtLeast) = false /\
  identity_accepts (Multiply (Add x y) (Add x (Multiply (Constant (-1)%Q) y)))
    (Add (Multiply x x) (Multiply (Constant (-1)%Q) (Multiply y y))) = true /\ identity_accepts x y = false.
Proof. vm_compute. repeat split. Qed.

(** * What a polynomial is worth *)

Section Sound.
Context (env : nat -> R).

Definition monomial (m : list nat) : R := fold_right (fun i v => env i * v) 1 m.
Definition worth (p : polynomial) : R := fold_right (fun mc v => Q2R (snd mc) * monomial (fst mc) + v) 0 p.

Lemma worth_added m c p : worth (added m c p) = Q2R c * monomial m + worth p.
Proof.
  induction p as [|[n d] p IH]; simpl; [reflexivity|]. destruct (list_eq_dec Nat.eq_dec m n) as [->|]; simpl.
  - rewrite Q2R_plus. ring.
  - rewrite IH. ring.
Qed.

Lemma worth_plus p q : worth (plus_polynomial p q) = worth p + worth q.
Proof. induction p as [|[m c] p IH]; simpl; [ring|]. rewrite worth_added, IH. simpl. ring. Qed.

Lemma monomial_joined m n : monomial (joined m n) = monomial m * monomial n.
Proof.
  assert (S : forall i l, monomial (sorted_in i l) = env i * monomial l).
  { intros i. induction l as [|j l IH]; simpl; [reflexivity|]. destruct (i <=? j)%nat; simpl; [reflexivity|]. rewrite IH. ring. }
  induction m as [|i m IH]; simpl; [ring|]. rewrite S, IH. ring.
Qed.

Lemma worth_monomial m c q : worth (times_monomial m c q) = Q2R c * monomial m * worth q.
Proof.
  induction q as [|[n d] q IH]; simpl; [ring|]. rewrite worth_added, IH, monomial_joined, Q2R_mult. simpl. ring.
Qed.

Lemma worth_times p q : worth (times_polynomial p q) = worth p * worth q.
Proof. induction p as [|[m c] p IH]; simpl; [ring|]. rewrite worth_plus, IH, worth_monomial. simpl. ring. Qed.

Lemma worth_expanded t : worth (expanded t) = meaning env t.
Proof.
  induction t; simpl.
  - ring.
  - unfold Q2R. simpl. field.
  - rewrite worth_plus. congruence.
  - rewrite worth_times. congruence.
Qed.

Lemma zero_worth c : is_zero c = true -> Q2R c = 0.
Proof. intros H. apply Qeq_bool_eq, Qeq_eqR in H. rewrite H. unfold Q2R. simpl. ring. Qed.

Lemma nonneg_worth c : Qle_bool 0 c = true -> 0 <= Q2R c.
Proof. intros H. apply Qle_bool_imp_le, Qle_Rle in H. unfold Q2R in H at 1. simpl in H. lra. Qed.

Lemma positive_worth c : Qle_bool 0 c = true -> is_zero c = false -> 0 < Q2R c.
Proof.
  intros H N. destruct (nonneg_worth c H) as [P|Z]; [exact P|]. exfalso.
  assert (is_zero c = true); [|congruence]. apply Qeq_eq_bool, eqR_Qeq. rewrite <- Z. unfold Q2R. simpl. ring.
Qed.

Definition combined_worth (known : list (Q * relation)) : R :=
  fold_right (fun k v => Q2R (fst k) * meaning env (fst (snd k)) + v) 0 known.

Lemma worth_combination known : forall rest, worth (combination rest known) = worth rest - combined_worth known.
Proof.
  induction known as [|[c [t s]] known IH]; intros rest; simpl; [ring|].
  rewrite IH, worth_plus, worth_monomial, worth_expanded, Q2R_opp. simpl. ring.
Qed.

Lemma worth_slack p : no_variables p = true -> worth p = Q2R (slack p).
Proof.
  induction p as [|[m c] p IH]; simpl; intros H.
  - unfold Q2R. simpl. ring.
  - apply Bool.andb_true_iff in H as [A B]. rewrite (IH B). destruct m; simpl; [rewrite Q2R_plus; ring|].
    rewrite (zero_worth c A). ring.
Qed.

Lemma known_equal known : forallb (fun k => allowed Equal (fst k) (snd (snd k))) known = true ->
  (forall k, In k known -> true_at env (snd k)) -> combined_worth known = 0.
Proof.
  induction known as [|[c [t s]] known IH]; simpl; intros H T; [reflexivity|]. apply Bool.andb_true_iff in H as [A B].
  rewrite IH by auto. pose proof (T _ (or_introl eq_refl)) as E. unfold true_at in E. simpl in E.
  destruct s; simpl in *; [rewrite (zero_worth c A)|rewrite (zero_worth c A)|rewrite E]; ring.
Qed.

Lemma known_order goal known : goal <> Equal -> forallb (fun k => allowed goal (fst k) (snd (snd k))) known = true ->
  (forall k, In k known -> true_at env (snd k)) -> 0 <= combined_worth known /\ (strict known = true -> 0 < combined_worth known).
Proof.
  intros N. induction known as [|[c [t s]] known IH]; simpl; intros H T; [split; [lra|discriminate]|].
  apply Bool.andb_true_iff in H as [A B]. destruct (IH B) as [P Q]; [auto|].
  pose proof (T _ (or_introl eq_refl)) as E. unfold true_at in E. simpl in E.
  assert (W : 0 <= Q2R c * meaning env t /\ (s = More -> positive_number c = true -> 0 < Q2R c * meaning env t)).
  { destruct s; simpl in *.
    - split; [apply Rmult_le_pos; [apply nonneg_worth; destruct goal; congruence|exact E]|discriminate].
    - split; [apply Rmult_le_pos; [apply nonneg_worth; destruct goal; congruence|lra]|]. intros _ K.
      apply Bool.andb_true_iff in K as [K1 K2]. apply Rmult_lt_0_compat; [|exact E]. apply positive_worth; [exact K1|].
      destruct (is_zero c); [discriminate|reflexivity].
    - rewrite E, Rmult_0_r. split; [lra|discriminate]. }
  split; [lra|]. intros K. apply Bool.orb_true_iff in K as [K|K]; [|specialize (Q K); lra].
  destruct s; try discriminate. pose proof (proj2 W eq_refl K). lra.
Qed.
End Sound.

Theorem linear_certificate : forall (known : list (Q * relation)) (goal : relation), linear_accepts known goal = true ->
  forall env : nat -> R, (forall k, In k known -> true_at env (snd k)) -> true_at env goal.
Proof.
  intros known [t s] H env T. unfold linear_accepts in H. simpl in H.
  apply Bool.andb_true_iff in H as [H E]. apply Bool.andb_true_iff in H as [A V].
  pose proof (worth_combination env known (expanded t)) as W. rewrite (worth_slack env _ V), worth_expanded in W.
  set (d := slack _) in *. unfold true_at. simpl. destruct s; simpl.
  - destruct (known_order env AtLeast known ltac:(discriminate) A T). apply nonneg_worth in E. lra.
  - destruct (known_order env More known ltac:(discriminate) A T) as [P Q]. apply Bool.andb_true_iff in E as [E F].
    apply Bool.orb_true_iff in F as [F|F].
    + specialize (Q F). apply nonneg_worth in E. lra.
    + assert (0 < Q2R d); [|lra]. apply positive_worth; [exact E|]. destruct (is_zero d); [discriminate|reflexivity].
  - rewrite (known_equal env known A T) in W. apply zero_worth in E. lra.
Qed.

Theorem identity_certificate : forall a b : term, identity_accepts a b = true -> forall env : nat -> R, meaning env a = meaning env b.
Proof.
  intros a b H env. unfold identity_accepts in H.
  pose proof (worth_expanded env (Add a (Multiply (Constant (-1)%Q) b))) as W. cbn [meaning] in W.
  assert (Z : worth env (expanded (Add a (Multiply (Constant (-1)%Q) b))) = 0).
  { revert H. generalize (expanded (Add a (Multiply (Constant (-1)%Q) b))). intros p. induction p as [|[m c] p IH]; intros H; [reflexivity|].
    simpl in H. apply Bool.andb_true_iff in H as [A B]. simpl. rewrite (IH B), (zero_worth c A). ring. }
  rewrite Z in W. unfold Q2R in W at 1. simpl in W. lra.
Qed.

Lemma linear_certificate_inhabited : ltac:(inhabited linear_certificate).
Proof.
  exists [(1%Q, (Letter 0, More))], (Letter 0, More). split; [reflexivity|]. exists (fun _ => 1). intros k [<-|[]].
  unfold true_at. simpl. lra.
Qed.

Lemma identity_certificate_inhabited : ltac:(inhabited identity_certificate).
Proof. exists (Add (Letter 0) (Letter 1)), (Add (Letter 1) (Letter 0)). reflexivity. Qed.
