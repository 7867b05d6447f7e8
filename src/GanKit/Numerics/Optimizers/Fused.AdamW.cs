using static TorchSharp.torch;

namespace GanKit;

internal static partial class Fused
{
    /// <inheritdoc cref="Optimizers.AdamW(IEnumerable{AdamW.ParamGroup}, double, ValueTuple{double, double}?, double, double, bool, bool)"/>
    internal sealed class AdamW(
        IEnumerable<TorchSharp.Modules.AdamW.ParamGroup> groups, double learningRate, (double First, double Second) betas,
        double eps, double weightDecay, bool amsgrad, bool maximize)
        : TorchSharp.Modules.AdamW(groups, learningRate, betas.First, betas.Second, eps, weightDecay, amsgrad, maximize)
    {
        public override Tensor? step(Func<Tensor>? closure = null)
        {
            var loss = FusedStep.Evaluate(closure);
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var groups = FusedStep.Collect<State, Options>(
                _parameter_groups, parameter => _state[parameter.Handle],
                (_, parameter) => FusedKernel.AdamW.Supports(parameter));
            if (groups is null)
                base.step();
            else
                groups.ForEach(group => Step(group.Options, group.Entries));
            return loss;
        }

        private static void Step(Options options, List<FusedEntry<State>> entries)
        {
            var amsgrad = options.amsgrad is true;
            foreach (var (parameter, _, state) in entries)
            {
                state.step++;
                TensorLayout.Reorder(ref state.exp_avg, parameter);
                TensorLayout.Reorder(ref state.exp_avg_sq, parameter);
                if (amsgrad)
                    TensorLayout.Reorder(ref state.max_exp_avg_sq, parameter);
            }

            foreach (var call in entries.Calls(entry => (entry.Kind, entry.State.step)))
            {
                TensorScript.Invoke(
                    "adamw_", call.Parameters(), call.Gradients(),
                    call.Kept(state => state.exp_avg), call.Kept(state => state.exp_avg_sq),
                    amsgrad ? call.Kept(state => state.max_exp_avg_sq) : [],
                    (double)call[0].State.step, options.LearningRate!, options.beta1!, options.beta2!,
                    options.weight_decay!, options.eps!, amsgrad, options.maximize is true);
            }
        }
    }
}
