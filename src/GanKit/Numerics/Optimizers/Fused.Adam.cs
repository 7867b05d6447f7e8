using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

internal static partial class Fused
{
    /// <inheritdoc cref="Optimizers.Adam(IEnumerable{TorchSharp.Modules.Adam.ParamGroup}, double, ValueTuple{double, double}?, double, double, bool, bool)"/>
    internal sealed class Adam(
        IEnumerable<TorchSharp.Modules.Adam.ParamGroup> groups, double learningRate, (double First, double Second) betas,
        double eps, double weightDecay, bool amsgrad, bool maximize)
        : TorchSharp.Modules.Adam(groups, learningRate, betas.First, betas.Second, eps, weightDecay, amsgrad, maximize)
    {
        private static readonly AdamStep<State> Moments = new(
            "adam_", state => ref state.step, state => ref state.exp_avg, state => ref state.exp_avg_sq, state => ref state.max_exp_avg_sq);

        public override Tensor? step(Func<Tensor>? closure = null) => FusedStep.Run<State, Options>(
            closure, _parameter_groups, parameter => _state[parameter.Handle], FusedKernel.Adam.Supports, () => base.step(),
            (options, entries) => Moments.Run(
                entries, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.weight_decay!.Value,
                options.eps!.Value, options.amsgrad is true, options.maximize is true));
    }

    /// <inheritdoc cref="Optimizers.AdamW(IEnumerable{TorchSharp.Modules.AdamW.ParamGroup}, double, ValueTuple{double, double}?, double, double, bool, bool)"/>
    internal sealed class AdamW(
        IEnumerable<TorchSharp.Modules.AdamW.ParamGroup> groups, double learningRate, (double First, double Second) betas,
        double eps, double weightDecay, bool amsgrad, bool maximize)
        : TorchSharp.Modules.AdamW(groups, learningRate, betas.First, betas.Second, eps, weightDecay, amsgrad, maximize)
    {
        private static readonly AdamStep<State> Moments = new(
            "adamw_", state => ref state.step, state => ref state.exp_avg, state => ref state.exp_avg_sq, state => ref state.max_exp_avg_sq);

        public override Tensor? step(Func<Tensor>? closure = null) => FusedStep.Run<State, Options>(
            closure, _parameter_groups, parameter => _state[parameter.Handle], FusedKernel.AdamW.Supports, () => base.step(),
            (options, entries) => Moments.Run(
                entries, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.weight_decay!.Value,
                options.eps!.Value, options.amsgrad is true, options.maximize is true));
    }

    private delegate ref TValue Field<TState, TValue>(TState state);

    /// <summary>The step of both, whose states TorchSharp declares twice.</summary>
    private sealed record AdamStep<TState>(
        string Function, Field<TState, long> Step, Field<TState, Tensor> Average, Field<TState, Tensor> SquareAverage,
        Field<TState, Tensor> LargestSquareAverage)
        where TState : OptimizerState
    {
        internal void Run(
            List<FusedEntry<TState>> entries, double rate, double beta1, double beta2, double weightDecay, double eps, bool amsgrad,
            bool maximize)
        {
            foreach (var (parameter, _, state) in entries)
            {
                Step(state)++;
                TensorLayout.Reorder(ref Average(state), parameter);
                TensorLayout.Reorder(ref SquareAverage(state), parameter);
                if (amsgrad)
                    TensorLayout.Reorder(ref LargestSquareAverage(state), parameter);
            }

            foreach (var call in entries.Calls(entry => (entry.Kind, Step(entry.State))))
            {
                TensorScript.Invoke(
                    Function, call.Parameters(), call.Gradients(), call.Kept(state => Average(state)), call.Kept(state => SquareAverage(state)),
                    amsgrad ? call.Kept(state => LargestSquareAverage(state)) : [],
                    (double)Step(call[0].State), rate, beta1, beta2, weightDecay, eps, amsgrad, maximize);
            }
        }
    }
}
