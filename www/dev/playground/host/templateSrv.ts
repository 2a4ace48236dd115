import type { ScopedVars, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { SceneTimeRange, sceneGraph, type SceneObject } from '@grafana/scenes';

// Interpolation needs a scene object to start from. Outside of any scene only `scopedVars` can have a value.
const nowhere: SceneObject = new SceneTimeRange();

function contextOf(scopedVars?: ScopedVars): SceneObject {
  return scopedVars?.__sceneObject?.value?.valueOf() ?? activeScene() ?? nowhere;
}

/** The scene on the page; @grafana/scenes keeps it on the window while it is active. */
function activeScene(): SceneObject | undefined {
  return (window as unknown as { __grafanaSceneContext?: SceneObject }).__grafanaSceneContext;
}

/** Grafana's template service for a page of scenes: variables are looked up from the scene object that asks. */
export const templateSrv: TemplateSrv = {
  getVariables(): TypedVariableModel[] {
    const scene = activeScene();
    const variables = scene ? sceneGraph.getVariables(scene).state.variables : [];
    return variables.map(({ state }) => ({ ...state, id: state.name }) as unknown as TypedVariableModel);
  },
  replace(target = '', scopedVars, format, interpolations) {
    return sceneGraph.interpolate(
      contextOf(scopedVars),
      target,
      scopedVars,
      format as Parameters<typeof sceneGraph.interpolate>[3],
      interpolations
    );
  },
  containsTemplate(target = '') {
    return /\$\w+|\$\{[^}]+\}|\[\[[^\]]+\]\]/.test(target);
  },
  updateTimeRange() {
    // The time range is read from the scene whenever it is needed.
  },
};
