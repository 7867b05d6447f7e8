using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

internal static partial class Fused
{
    /// <inheritdoc cref="Optimizers.Sgd(IEnumerable{SGD.ParamGroup}, double, double, double, double, bool, bool)"/>
    internal sealed class SGD(
        IEnumerable<TorchSharp.Modules.SGD.ParamGroup> groups, double learningRate, double momentum, double dampening,
        double weightDecay, bool nesterov, bool maximize)
        : TorchSharp.Modules.SGD(groups, learningRate, momentum, dampening, weightDecay, nesterov, maximize)
    {
        public override Tensor? step(Func<Tensor>? closure = null) => FusedStep.Run<State, Options>(
            closure, _parameter_groups, parameter => _state[parameter.Handle], FusedKernel.Sgd.Supports, StepByStep, Step);

        private static void Step(Options options, List<FusedEntry<State>> entries)
        {
            var hasMomentum = options.momentum != 0;
            foreach (var call in entries.Calls(entry => (entry.Kind, hasMomentum && entry.State.momentum_buffer is null)))
            {
                var isFirst = hasMomentum && call[0].State.momentum_buffer is null;
                foreach (var (parameter, _, state) in hasMomentum ? call : [])
                {
                    if (isFirst)
                        state.momentum_buffer = empty_like(parameter, requires_grad: false).DetachFromDisposeScope();
                    TensorLayout.Reorder(ref state.momentum_buffer, parameter);
                }

                TensorScript.Invoke(
                    "sgd_", call.Parameters(), call.Gradients(),
                    hasMomentum ? call.Kept(state => state.momentum_buffer) : [],
                    options.LearningRate!, options.momentum!, options.dampening!, options.weight_decay!,
                    options.nesterov is true, options.maximize is true, isFirst);
            }
        }

        /// <summary>
        /// The same tensor by tensor. TorchSharp's own step differs where it maximises: it adds the decay to the gradient
        /// before it turns the sign, and so lets weights grow.
        /// </summary>
        private void StepByStep()
        {
            foreach (var group in _parameter_groups)
            {
                var options = (Options)group.Options;
                foreach (var parameter in group.Parameters)
                {
                    if (parameter.grad is { } gradient)
                    {
                        var ascent = options.maximize is true;
                        Step(options, parameter, ascent ? -gradient : gradient, (State)_state[parameter.Handle]);
                    }
                }
            }
        }

        private static void Step(Options options, Parameter parameter, Tensor gradient, State state)
        {
            if (options.weight_decay is { } decay and not 0)
                gradient = gradient.add(parameter, alpha: decay);
            if (options.momentum is { } momentum and not 0)
            {
                if (state.momentum_buffer is { } buffer)
                    buffer.mul_(momentum).add_(gradient, alpha: 1 - options.dampening!.Value);
                else
                    state.momentum_buffer = gradient.clone().DetachFromDisposeScope();
                gradient = options.nesterov is true
                    ? gradient.add(state.momentum_buffer, alpha: momentum)
                    : state.momentum_buffer;
            }

            parameter.add_(gradient, alpha: -options.LearningRate!.Value);
        }
    }
}
