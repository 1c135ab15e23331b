(** Propositions 4 and 5, amended, for all laws on a totally bounded space: minima are attained, and least losses converge. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk Minimisers Nearest Compact Laws.
Open Scope R_scope.

(** The greatest lower bound of the losses. *)
Definition least_loss {M} (D : distribution M) (L r : R) :=
  (forall f, lipschitz L f -> r <= expected_loss bce D f) /\
  forall e, 0 < e -> exists f, lipschitz L f /\ expected_loss bce D f <= r + e.

Lemma constant_function (M : metric) L c : 0 <= L -> lipschitz (M := M) L (fun _ => c).
Proof. intros P s t. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. apply Rmult_le_pos; [exact P|apply dist_nonneg]. Qed.

Lemma some_least (M : metric) (D : distribution M) L : 0 <= L -> exists r, least_loss D L r.
Proof.
  intros P. destruct (completeness (fun r => exists f, lipschitz L f /\ r = - expected_loss bce D f)) as [m [up least]].
  - exists 0. intros r [f [H ->]]. pose proof (expected_nonneg D f (ex_intro _ L H)). lra.
  - exists (- expected_loss bce D (fun _ => 0)), (fun _ => 0). split; [apply constant_function, P|reflexivity].
  - exists (- m). split.
    + intros f H. specialize (up (- expected_loss bce D f) ltac:(exists f; auto)). lra.
    + intros e E. apply NNPP. intros none. assert (m <= m - e); [|lra]. apply least. intros r [f [H ->]].
      destruct (Rle_lt_dec (expected_loss bce D f) (- m + e)) as [C|C]; [destruct none; exists f; auto|lra].
Qed.

Lemma least_nonneg (M : metric) (D : distribution M) L r : least_loss D L r -> 0 <= r.
Proof.
  intros [_ near]. apply Rnot_lt_le. intros N. destruct (near (- r / 2) ltac:(lra)) as [f [H E]].
  pose proof (expected_nonneg D f (ex_intro _ L H)). lra.
Qed.

Lemma diameter (M : metric) : totally_bounded M -> exists d, forall s t : M, dist s t <= d.
Proof.
  intros net. destruct (net 1 Rlt_0_1) as [n [p cover]]. set (d := sum n (fun i => dist (p i) (p 0%nat))).
  assert (H : forall u, dist u (p 0%nat) <= 1 + d).
  { intros u. destruct (cover u) as [i [I C]]. pose proof (dist_triangle M u (p i) (p 0%nat)).
    pose proof (sum_term n (fun i => dist (p i) (p 0%nat)) i ltac:(intros; apply dist_nonneg) I) as T. cbv beta in T. unfold d. lra. }
  exists (2 * (1 + d)). intros s t. pose proof (dist_triangle M s (p 0%nat) t) as T. rewrite (dist_sym M (p 0%nat) t) in T.
  pose proof (H s). pose proof (H t). lra.
Qed.

Lemma values_below (M : metric) (D : distribution M) L d c k f : 0 <= L -> (forall s t : M, dist s t <= d) -> lipschitz L f ->
  0 < c -> c <= chance_pos D -> c <= chance_neg D -> expected_loss bce D f <= k -> forall u, Rabs (f u) <= k / c + L * d.
Proof.
  intros P diam H C A B E u. pose proof (prop_4_growth_amended M D L d f u P H diam) as G.
  pose proof (Rmin_glb _ _ _ A B) as Q. pose proof (expected_nonneg D f (ex_intro _ L H)).
  apply Rnot_lt_le. intros N. assert (K : 0 <= k / c) by (apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, C]).
  assert (c * (Rabs (f u) - L * d) <= k).
  { apply Rle_trans with (2 := Rle_trans _ _ _ G E). apply Rmult_le_compat_r; lra. }
  assert (k = c * (k / c)) by (field; lra). nra.
Qed.

Lemma attained_law (M : metric) (D : distribution M) L : totally_bounded M -> 0 <= L -> 0 < chance_pos D -> 0 < chance_neg D ->
  exists f, best bce D L f.
Proof.
  intros net P C1 C2. destruct (some_least M D L P) as [r [low near]]. destruct (diameter M net) as [d diam].
  set (c := Rmin (chance_pos D) (chance_neg D)). assert (C : 0 < c) by (apply Rmin_glb_lt; assumption).
  destruct (accumulates L P net (fun k f => expected_loss bce D f <= r + step k)) with (K := (r + 1) / c + L * d) as [g [G A]].
  - intros k l f K H. apply Rle_trans with (1 := H). apply Rplus_le_compat_l, Rinv_le_contravar; [pose proof (pos_INR k); lra|].
    apply le_INR in K. lra.
  - intros f F H. apply (values_below M D L d c); auto; [apply Rmin_l|apply Rmin_r|].
    unfold step in H. simpl in H. rewrite Rplus_0_l, Rinv_1 in H. exact H.
  - intros k. apply near, step_pos.
  - exists g. split; [exact G|]. intros h H. apply Rle_trans with r; [|apply low, H]. apply Rnot_lt_le. intros N.
    set (e := (expected_loss bce D g - r) / 3). destruct (step_small e ltac:(unfold e; lra)) as [k K].
    destruct (A k e ltac:(unfold e; lra)) as [f [F [E X]]].
    pose proof (expected_close D g f e (ex_intro _ L G) (ex_intro _ L F) ltac:(intros u; rewrite Rabs_minus_sym; apply X)).
    unfold e in *. lra.
Qed.

(** With one label only, a function is never as good as another that is higher, or lower, by 1. *)
Lemma one_label (M : metric) (D : distribution M) L f : totally_bounded M -> 0 <= L -> best bce D L f -> 0 < chance_neg D.
Proof.
  intros net P [H least]. pose proof (chances D) as [C1 [[C2|Z] E]]; [exact C2|]. exfalso.
  destruct (diameter M net) as [d diam]. destruct (net 1 Rlt_0_1) as [_ [p _]]. set (o := p 0%nat).
  assert (F : tame f) by (exists L; exact H).
  pose proof (lowered (exchanged_labels D) (fun u => - f u) 1 1 (sigma (- f o - L * d - 1)) (tame_opposite M f F) Rlt_0_1) as K.
  change (chance_pos (exchanged_labels D)) with (chance_neg D) in K. change (chance_neg (exchanged_labels D)) with (chance_pos D) in K.
  rewrite exchanged_loss, <- Z in K. specialize (K ltac:(intros; apply Rlt_le, sigma_range)).
  assert (G : lipschitz L (fun u => f u + 1)) by (apply shifted, H). specialize (least _ G). rewrite <- (exchanged_loss M bce D (fun u => f u + 1)) in least.
  replace (fun u => - (f u + 1)) with (fun u => - f u - 1) in least by (apply FunctionalExtensionality.functional_extensionality; intros; ring).
  pose proof (sigma_range (- f o - L * d - 1)). assert (chance_pos D = 1) as One by lra. rewrite One in K.
  apply (Rlt_irrefl (expected_loss bce D f)). apply Rle_lt_trans with (1 := least). eapply Rle_lt_trans; [apply K|lra].
  intros u. pose proof (proj1 (lipschitz_le L f) H u o) as X. pose proof (Rmult_le_compat_l L _ _ P (diam u o)).
  destruct (Req_dec (- f o - L * d - 1) (- f u - 1)) as [-> |]; [apply Rle_refl|]. apply Rlt_le, sigma_increasing. lra.
Qed.

(** On totally bounded spaces, as bounded sets of R^n are. *)
Theorem prop_4_amended :
  (forall (M : metric) (D : distribution M) (L : R), totally_bounded M -> 0 <= L ->
    (exists f, best bce D L f) <-> 0 < chance_pos D /\ 0 < chance_neg D) /\
  (forall (n : nat) (S : space n -> Prop) (c : R), nonempty S -> (forall x, S x -> norm x <= c) ->
    totally_bounded (part_of (normed (space n)) S)).
Proof.
  split; [|intros n S c; apply bounded_totally_bounded]. intros M D L net P. split.
  - intros [f H]. split; [|apply (one_label M D L f net P H)].
    apply (one_label M (exchanged_labels D) L _ net P (exchanged_best M D L f H)).
  - intros [A B]. apply attained_law; assumption.
Qed.

(** * Least losses converge where all means do *)

(** The laws of samples tend to D: what holds almost surely, by the law of large numbers. *)
Definition converges {M} (sampled : nat -> distribution M) (D : distribution M) :=
  forall h, tame h -> is_lim_seq (fun p => mean_pos (sampled p) h) (mean_pos D h) /\ is_lim_seq (fun p => mean_neg (sampled p) h) (mean_neg D h).

Section Converging.
Context {M : metric} (sampled : nat -> distribution M) (D : distribution M) (C : converges sampled D).

Lemma loss_converges f : tame f -> is_lim_seq (fun p => expected_loss bce (sampled p) f) (expected_loss bce D f).
Proof.
  intros F. exact (is_lim_seq_plus' _ _ _ _ (proj1 (C _ (tame_bce M f F))) (proj2 (C _ (tame_bce M _ (tame_opposite M f F))))).
Qed.

(** Chances are above half of their limits from some p on. *)
Lemma chances_above : 0 < chance_pos D -> 0 < chance_neg D -> let c := Rmin (chance_pos D) (chance_neg D) / 2 in
  0 < c /\ exists N, forall p, (N <= p)%nat -> c <= chance_pos (sampled p) /\ c <= chance_neg (sampled p).
Proof.
  intros A B c. pose proof (Rmin_l (chance_pos D) (chance_neg D)). pose proof (Rmin_r (chance_pos D) (chance_neg D)).
  assert (P : 0 < c) by (apply Rdiv_lt_0_compat; [apply Rmin_glb_lt; assumption|lra]). split; [exact P|].
  destruct (C _ (tame_const M 1)) as [X Y]. apply is_lim_seq_spec in X, Y.
  destruct (X (mkposreal c P)) as [n U], (Y (mkposreal c P)) as [m V]. exists (n + m)%nat. intros p I.
  specialize (U p ltac:(lia)). specialize (V p ltac:(lia)). simpl in U, V. apply Rabs_lt_between in U, V.
  unfold chance_pos, chance_neg in *. unfold c in *. lra.
Qed.

Lemma never_above L r s : least_loss D L r -> (forall p, least_loss (sampled p) L (s p)) ->
  forall e, 0 < e -> exists N, forall p, (N <= p)%nat -> s p <= r + e.
Proof.
  intros [_ near] S e E. destruct (near (e / 2) ltac:(lra)) as [f [F K]]. pose proof (loss_converges f (ex_intro _ L F)) as X.
  apply is_lim_seq_spec in X. destruct (X (mkposreal (e / 2) ltac:(lra))) as [N U]. exists N. intros p I. specialize (U p I). simpl in U.
  apply Rabs_lt_between in U. pose proof (proj1 (S p) f F). lra.
Qed.

(** If not, losses well below r would be those of functions that accumulate at one with a loss below r. *)
Lemma never_below L r s : totally_bounded M -> 0 <= L -> 0 < chance_pos D -> 0 < chance_neg D ->
  least_loss D L r -> (forall p, least_loss (sampled p) L (s p)) -> forall e, 0 < e -> exists N, forall p, (N <= p)%nat -> r - e <= s p.
Proof.
  intros net P A B R0 S e E. apply NNPP. intros none. destruct (diameter M net) as [d diam].
  destruct (chances_above A B) as [c0 [N0 above]]. set (c := Rmin (chance_pos D) (chance_neg D) / 2) in *.
  destruct (accumulates L P net (fun k f => exists p, (k + N0 <= p)%nat /\ expected_loss bce (sampled p) f <= r - e / 2))
    with (K := r / c + L * d) as [g [G X]].
  - intros k l f K [p [I H]]. exists p. split; [lia|exact H].
  - intros f F [p [I H]]. destruct (above p ltac:(lia)) as [U V]. apply (values_below M (sampled p) L d c r f P diam F c0 U V). lra.
  - intros k. apply NNPP. intros no. apply none. exists (k + N0)%nat. intros p I. apply Rnot_lt_le. intros K. apply no.
    destruct (proj2 (S p) (r - e - s p + e / 2) ltac:(lra)) as [f [F H]]. exists f. split; [exact F|]. exists p. split; [exact I|lra].
  - pose proof (loss_converges g (ex_intro _ L G)) as Y. apply is_lim_seq_spec in Y.
    destruct (Y (mkposreal (e / 8) ltac:(lra))) as [N U]. destruct (X N (e / 8) ltac:(lra)) as [f [F [[p [I H]] near]]].
    specialize (U p ltac:(lia)). simpl in U. apply Rabs_lt_between in U.
    pose proof (expected_close (sampled p) g f (e / 8) (ex_intro _ L G) (ex_intro _ L F) ltac:(intros u; rewrite Rabs_minus_sym; apply near)).
    pose proof (proj1 R0 g G). lra.
Qed.
End Converging.

(** With one label the least loss is 0. *)
Lemma one_label_zero (M : metric) (D : distribution M) L r : 0 <= L -> least_loss D L r -> ~ (0 < chance_pos D /\ 0 < chance_neg D) -> r <= 0.
Proof.
  intros P [low _] one. apply Rnot_lt_le. intros N.
  pose proof (chances D) as [C1 [C2 E]].
  assert (K : forall t, expected_loss bce D (fun _ => t) = bce t * chance_pos D + bce (- t) * chance_neg D).
  { intros t. unfold expected_loss, chance_pos, chance_neg. rewrite (integral_const _ (pos_integral M D) (bce t)), (integral_const _ (neg_integral M D) (bce (- t))). reflexivity. }
  assert (Q : 0 < / r) by (apply Rinv_0_lt_compat, N). pose proof (bce_below (/ r) Q) as S. rewrite Rinv_inv in S.
  destruct (Rle_lt_dec (chance_neg D) 0) as [Z|Z].
  - pose proof (low _ (constant_function M L (/ r) P)) as H. rewrite K in H. assert (chance_neg D = 0) as Z0 by lra.
    assert (chance_pos D = 1) as One by lra. rewrite Z0, One in H. lra.
  - assert (chance_pos D = 0) as Z0 by (destruct (Rle_lt_dec (chance_pos D) 0); [lra|tauto]).
    pose proof (low _ (constant_function M L (- / r) P)) as H. rewrite K, Ropp_involutive, Z0 in H.
    assert (chance_neg D = 1) as One by lra. rewrite One in H. lra.
Qed.

Theorem prop_5_amended : forall (M : metric) (D : distribution M) (sampled : nat -> distribution M) (L r : R) (s : nat -> R),
  totally_bounded M -> 0 <= L -> converges sampled D -> least_loss D L r -> (forall p, least_loss (sampled p) L (s p)) ->
  is_lim_seq s r /\
  (0 < chance_pos D -> 0 < chance_neg D ->
    (exists f, best bce D L f) /\ exists N, forall p, (N <= p)%nat -> exists f, best bce (sampled p) L f).
Proof.
  intros M D sampled L r s net P C R0 S. split.
  - apply is_lim_seq_spec. intros [e E]. destruct (never_above sampled D C L r s R0 S (e / 2) ltac:(lra)) as [n U].
    assert (V : exists m, forall p, (m <= p)%nat -> r - e / 2 <= s p).
    { destruct (classic (0 < chance_pos D /\ 0 < chance_neg D)) as [[A B]|one].
      - apply (never_below sampled D C L r s net P A B R0 S). lra.
      - exists 0%nat. intros p _. pose proof (one_label_zero M D L r P R0 one). pose proof (least_nonneg M _ L _ (S p)). lra. }
    destruct V as [m V]. exists (n + m)%nat. intros p I. specialize (U p ltac:(lia)). specialize (V p ltac:(lia)). simpl. apply Rabs_def1; lra.
  - intros A B. split; [apply attained_law; assumption|]. destruct (chances_above sampled D C A B) as [c0 [N above]]. exists N. intros p I.
    destruct (above p I). apply attained_law; auto; lra.
Qed.
