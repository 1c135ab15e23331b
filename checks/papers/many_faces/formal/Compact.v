(** L-Lipschitz functions on a totally bounded space: of infinitely many, some accumulate at one of them, uniformly. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Nearest.
Open Scope R_scope.

(** For every e finitely many points come within e of all. *)
Definition totally_bounded (M : metric) :=
  forall e, 0 < e -> exists (n : nat) (p : nat -> M), forall u, exists i, (i < n)%nat /\ dist u (p i) < e.

Section Cluster.
Context {M : metric} (L : R) (PL : 0 <= L) (net : totally_bounded M).
(** Functions that are better and better. *)
Context (good : nat -> (M -> R) -> Prop) (fewer : forall k l f, (k <= l)%nat -> good l f -> good k f).
Context (K : R) (bound : forall f, lipschitz L f -> good 0 f -> forall u, Rabs (f u) <= K).

(** However good, some function with the property Q is. *)
Definition often (Q : (M -> R) -> Prop) := forall k, exists f, lipschitz L f /\ good k f /\ Q f.

Lemma pinned Q u d : often Q -> 0 < d -> exists l, often (fun f => Q f /\ Rabs (f u - l) <= d).
Proof.
  intros H P. set (g := fun t => proj1_sig (constructive_indefinite_description _ (H t))).
  assert (G : forall t, lipschitz L (g t) /\ good t (g t) /\ Q (g t)) by (intros t; exact (proj2_sig (constructive_indefinite_description _ (H t)))).
  destruct (Bolzano_Weierstrass (fun t => g t u) (fun c => - K <= c <= K) (compact_P3 (- K) K)) as [l A].
  - intros t. destruct (G t) as [F [S _]]. apply Rabs_le_between, bound; [exact F|]. apply (fewer 0%nat t); [lia|exact S].
  - exists l. intros k. destruct (A (disc l (mkposreal d P)) k) as [t [T D]]; [exists (mkposreal d P); intros c C; exact C|].
    destruct (G t) as [F [S I]]. exists (g t). split; [exact F|]. split; [apply (fewer k t _ T S)|]. split; [exact I|].
    unfold disc in D. simpl in D. lra.
Qed.

Lemma pinned_all Q (p : nat -> M) d n : often Q -> 0 < d ->
  exists l, often (fun f => Q f /\ forall i, (i < n)%nat -> Rabs (f (p i) - l i) <= d).
Proof.
  intros H P. induction n as [|n [l A]].
  - exists (fun _ => 0). intros k. destruct (H k) as [f [F [S I]]]. exists f. repeat split; auto. intros; lia.
  - destruct (pinned _ (p n) d A P) as [c B]. exists (fun i => if Nat.eqb i n then c else l i). intros k.
    destruct (B k) as [f [F [S [[I C] D]]]]. exists f. split; [exact F|]. split; [exact S|]. split; [exact I|]. intros i J.
    destruct (Nat.eqb_spec i n) as [->|N]; [exact D|apply C; lia].
Qed.

Lemma narrowed Q e : often Q -> 0 < e -> exists g, lipschitz L g /\ Q g /\ often (fun f => Q f /\ forall u, Rabs (f u - g u) <= e).
Proof.
  intros H P. set (d := e / (4 * (L + 1))). assert (D : 0 < d) by (apply Rdiv_lt_0_compat; lra).
  assert (E : d * (L + 1) = e / 4) by (unfold d; field; lra).
  destruct (net d D) as [n [p cover]]. destruct (pinned_all Q p (e / 4) n H ltac:(lra)) as [l A].
  destruct (A 0%nat) as [g [G [_ [I C]]]]. exists g. split; [exact G|]. split; [exact I|]. intros k.
  destruct (A k) as [f [F [S [J C']]]]. exists f. repeat split; auto. intros u. destruct (cover u) as [i [N near]].
  specialize (C i N). specialize (C' i N). apply Rabs_le_between in C, C'. pose proof (F u (p i)) as X. pose proof (G u (p i)) as Y.
  apply Rabs_le_between in X, Y. assert (L * dist u (p i) <= e / 4) by nra. apply Rabs_le. lra.
Qed.

Definition step (j : nat) := / (INR j + 1).
Lemma step_pos j : 0 < step j.
Proof. apply Rinv_0_lt_compat. pose proof (pos_INR j). lra. Qed.
Lemma step_small e : 0 < e -> exists j, step j < e.
Proof.
  intros P. destruct (archimed_cor1 e P) as [j [J N]]. exists j. apply Rle_lt_trans with (2 := J). apply Rinv_le_contravar; [apply lt_0_INR, N|lra].
Qed.

Definition center (Q : (M -> R) -> Prop) (H : often Q) (j : nat) := constructive_indefinite_description _ (narrowed Q (step j) H (step_pos j)).
(** Smaller and smaller sets of functions, in all of which there are functions as good as one likes. *)
Fixpoint sets (H : often (fun _ => True)) (j : nat) : { Q | often Q } :=
  match j with
  | O => exist _ _ H
  | S i => let Q := sets H i in exist often _ (proj2 (proj2 (proj2_sig (center (proj1_sig Q) (proj2_sig Q) i))))
  end.

Lemma accumulates : (forall k, exists f, lipschitz L f /\ good k f) ->
  exists g, lipschitz L g /\ forall k e, 0 < e -> exists f, lipschitz L f /\ good k f /\ forall u, Rabs (f u - g u) <= e.
Proof.
  intros some. assert (H : often (fun _ => True)) by (intros k; destruct (some k) as [f [F S]]; exists f; auto).
  set (Q := fun j => proj1_sig (sets H j)). set (O := fun j => proj2_sig (sets H j) : often (Q j)).
  set (c := fun j => proj1_sig (center (Q j) (O j) j)).
  assert (C : forall j, lipschitz L (c j) /\ Q j (c j)) by (intros j; unfold c; destruct (proj2_sig (center (Q j) (O j) j)) as [A [B _]]; auto).
  assert (D : forall j f, Q (S j) f -> Q j f /\ forall u, Rabs (f u - c j u) <= step j) by (intros j f X; exact X).
  assert (E : forall i j f, Q (i + j)%nat f -> Q j f).
  { induction i; intros j f X; [exact X|]. apply IHi, D, X. }
  assert (F : forall i j u, (j < i)%nat -> Rabs (c i u - c j u) <= step j).
  { intros i j u J. apply D. apply (E (i - S j)%nat). replace (i - S j + S j)%nat with i by lia. apply C. }
  assert (lim : forall u, { l | Un_cv (fun j => c j u) l }).
  { intros u. apply Rcomplete.R_complete. intros e P. destruct (step_small (e / 2) ltac:(lra)) as [N S]. exists (Datatypes.S N). intros i j I J.
    unfold R_dist. pose proof (F i N u ltac:(lia)) as A. pose proof (F j N u ltac:(lia)) as B. apply Rabs_le_between in A, B.
    apply Rabs_def1; lra. }
  set (g := fun u => proj1_sig (lim u)).
  assert (G : forall j u, Rabs (g u - c j u) <= step j).
  { intros j u. apply Rnot_lt_le. intros N. destruct (proj2_sig (lim u) (Rabs (g u - c j u) - step j) ltac:(lra)) as [m Z].
    specialize (Z (S (m + j)) ltac:(lia)). specialize (F (S (m + j)) j u ltac:(lia)). unfold R_dist in Z. fold (g u) in Z.
    pose proof (Rabs_triang (g u - c (S (m + j)) u) (c (S (m + j)) u - c j u)) as T.
    replace (g u - c (S (m + j)) u + (c (S (m + j)) u - c j u)) with (g u - c j u) in T by ring.
    rewrite (Rabs_minus_sym (g u) (c (S (m + j)%nat) u)) in T. lra. }
  exists g. split.
  - apply lipschitz_le. intros a b. apply Rnot_lt_le. intros N. destruct (step_small ((g a - g b - L * dist a b) / 2) ltac:(lra)) as [j S].
    pose proof (G j a) as A. pose proof (G j b) as B. apply Rabs_le_between in A, B.
    pose proof (proj1 (lipschitz_le L (c j)) (proj1 (C j)) a b). lra.
  - intros k e P. destruct (step_small (e / 2) ltac:(lra)) as [j S]. destruct (O (Datatypes.S j) k) as [f [Lf [S' X]]]. exists f.
    split; [exact Lf|]. split; [exact S'|]. intros u. apply D in X as [_ X]. specialize (X u). pose proof (G j u) as Y.
    apply Rabs_le_between in X, Y. apply Rabs_le. lra.
Qed.
End Cluster.

(** * Bounded sets of R^n are totally bounded *)

(** The points of a set, with the distance of the space. *)
Definition part_of (M : metric) (S : M -> Prop) : metric.
Proof.
  refine (Metric { x : M | S x } (fun x y => dist (proj1_sig x) (proj1_sig y)) _ _ _ _); intros.
  - apply (dist_self M).
  - destruct x as [x X], y as [y Y]. simpl in H. apply (dist_apart M) in H. subst y. f_equal. apply proof_irrelevance.
  - apply (dist_sym M).
  - apply (dist_triangle M).
Defined.

Lemma line_net c e : 0 < e -> exists (n : nat) (p : nat -> R), forall t, Rabs t <= c -> exists i, (i < n)%nat /\ Rabs (t - p i) < e.
Proof.
  intros P. exists (Z.to_nat (up (2 * c / e))), (fun i => - c + e * INR i). intros t T. apply Rabs_le_between in T.
  assert (A : 0 <= (t + c) / e) by (apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, P]).
  destruct (nfloor_ex _ A) as [i [I J]]. exists i. split.
  - apply INR_lt. destruct (archimed (2 * c / e)) as [U _]. assert (B : (t + c) / e <= 2 * c / e).
    { apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, P|lra]. }
    rewrite (INR_IZR_INZ (Z.to_nat _)), Z2Nat.id; [lra|]. apply le_IZR. pose proof (pos_INR i). lra.
  - assert (E : t + c = (t + c) / e * e) by (field; lra). apply Rabs_def1; nra.
Qed.

Lemma space_net n : forall c e, 0 < e -> exists (N : nat) (p : nat -> space n),
  forall x, norm x <= c -> exists i, (i < N)%nat /\ norm (minus x (p i)) < e.
Proof.
  induction n; intros c e P; [exact (line_net c e P)|].
  destruct (line_net c (e / 2) ltac:(lra)) as [N [p A]], (IHn c (e / 2) ltac:(lra)) as [K [q B]].
  exists (N * K)%nat, (fun i => (p (i / K)%nat, q (i mod K)%nat)). intros [a b] X.
  assert (Norm : forall (a : R) (b : space n), norm (a, b : space n) = sqrt (Rabs a ^ 2 + norm b ^ 2)) by reflexivity.
  change (@norm R_AbsRing (space (S n)) (a, b) <= c) in X. simpl in X. rewrite Norm in X.
  pose proof (Rabs_pos a). pose proof (norm_ge_0 b).
  assert (Ra : Rabs a <= c) by (apply Rle_trans with (2 := X), Rsqr_incr_0_var; [rewrite Rsqr_sqrt; unfold Rsqr; nra|apply sqrt_pos]).
  assert (Rb : norm b <= c) by (apply Rle_trans with (2 := X), Rsqr_incr_0_var; [rewrite Rsqr_sqrt; unfold Rsqr; nra|apply sqrt_pos]).
  destruct (A a Ra) as [i [I U]], (B b Rb) as [j [J V]]. exists (i * K + j)%nat. split; [nia|].
  replace ((i * K + j) / K)%nat with i by (rewrite Nat.div_add_l, Nat.div_small by lia; lia).
  replace ((i * K + j) mod K)%nat with j by (rewrite Nat.add_comm, Nat.mod_add, Nat.mod_small by lia; reflexivity).
  change (sqrt (Rabs (a - p i) ^ 2 + norm (minus b (q j)) ^ 2) < e).
  pose proof (Rabs_pos (a - p i)). pose proof (norm_ge_0 (minus b (q j))).
  rewrite <- (sqrt_pow2 e) by lra. apply sqrt_lt_1; nra.
Qed.

Lemma bounded_totally_bounded n (S : space n -> Prop) c : nonempty S -> (forall x, S x -> norm x <= c) ->
  totally_bounded (part_of (normed (space n)) S).
Proof.
  intros [o Z] B e P. destruct (space_net n c (e / 2) ltac:(lra)) as [N [p A]].
  assert (pick : forall i, { q : part_of (normed (space n)) S | forall x, S x -> norm (minus x (p i)) < e / 2 -> norm (minus (proj1_sig q) (p i)) < e / 2 }).
  { intros i. destruct (excluded_middle_informative (exists x, S x /\ norm (minus x (p i)) < e / 2)) as [H|H].
    - destruct (constructive_indefinite_description _ H) as [x [X D]]. exists (exist _ x X). auto.
    - exists (exist _ o Z). intros x X D. destruct H. exists x. auto. }
  exists N, (fun i => proj1_sig (pick i)). intros [x X]. destruct (A x (B x X)) as [i [I D]]. exists i. split; [exact I|].
  pose proof (proj2_sig (pick i) x X D) as Q.
  pose proof (dist_triangle (normed (space n)) x (p i) (proj1_sig (proj1_sig (pick i)))) as T. rewrite (dist_sym (normed (space n)) (p i)) in T.
  simpl in *. lra.
Qed.

(** The line, of which an unbounded set is no such space. *)
Lemma test_totally_bounded : ~ totally_bounded line.
Proof.
  intros H. destruct (H 1 Rlt_0_1) as [n [p cover]].
  destruct (cover (sum n (fun i => Rabs (p i)) + 1)) as [i [I D]]. simpl in D.
  pose proof (sum_term n (fun i => Rabs (p i)) i ltac:(intros; apply Rabs_pos) I) as T. cbv beta in T.
  pose proof (Rle_abs (p i)). rewrite Rabs_right in D; lra.
Qed.
